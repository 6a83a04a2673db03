import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore

/// Turns a request into a call: where it came from, who asks, how often, and with what body.
struct RequestAuthenticator: Sendable {
    let directory: Directory
    let authenticator: Authenticator
    let peers: PeerAddress
    let limits: RequestLimits
    let budget: ArrivalBudget
    let rateLimiter: RateLimiter?
    let cookies: SessionCookie

    init(
        _ directory: Directory,
        peers: PeerAddress,
        limits: RequestLimits,
        budget: ArrivalBudget,
        cookies: SessionCookie,
        localAdminToken: LocalAdminToken?
    ) {
        self.directory = directory
        authenticator = Authenticator(directory, localAdminToken: localAdminToken)
        self.peers = peers
        self.limits = limits
        self.budget = budget
        self.cookies = cookies
        rateLimiter = limits.requestsPerMinute.map {
            RateLimiter(requestsPerMinute: $0, startingAt: directory.clock.now())
        }
    }

    /// Answers a request by a route.
    ///
    /// A connection's task keeps as much memory as its deepest call has taken. So what waits for strangers, here and in
    /// ``body(of:)``, holds little beside ``Arrival``, and for them services are called in tasks of their own. A caller's
    /// change would be a tenth slower by that.
    func serve(
        _ request: Request,
        _ context: MusterRequestContext,
        _ route: Route
    ) async throws -> Response {
        var arrival = try await arrival(of: request, context, route)
        if let answer = arrival.answer, let caller = arrival.principal {
            return try Response.page(answer, for: caller.payer)
        }
        if let name = try arrival.impersonated(route.dialect, directory.digester) {
            arrival = try await impersonating(name, arrival, route.dialect)
        }
        let body = arrival.readsBody ? try await body(of: arrival) : ByteBuffer()
        let lane =
            arrival.principal.map { HashingLane.caller($0.payer) }
            ?? newcomers(arrival.origin, arrival.context)
        return try await directory.store.inLane(lane) { try await answer(arrival, body, route) }
    }

    /// Judges a request by its head: nobody's body is read who would be refused anyway.
    @inline(never)
    private func arrival(
        of request: Request,
        _ context: MusterRequestContext,
        _ route: Route
    ) async throws -> Arrival {
        guard !context.hasEnded else {
            // It is no longer known where it came from, and nobody would hear the answer.
            throw MusterError(.inputMalformed, "The connection ended before its request was read.")
        }
        let origin = RequestSource(
            address: peers.client(of: context.peer, request.headers),
            requestID: context.requestID
        )
        let isFresh = request.headers.wantsNoCopy
        let entry: Entry?
        do {
            // Whoever signs in may still send a credential that no longer opens anything.
            if route.isOpen {
                entry = nil
            } else {
                entry = try await directory.store.inLane(newcomers(origin, context)) {
                    try await enter(request, origin, route, context, mustWait: isFresh)
                }
            }
        } catch {
            context.judge(isKnown: false)
            guard route.admitsStrangers, RefusedCookie.isCause(of: error) else { throw error }
            entry = nil
        }
        context.judge(isKnown: entry != nil)
        guard route.isOpen || route.admitsStrangers || entry != nil else {
            throw Call.noCredentials
        }
        // Of others' machines something is wanted only for callers who were let in; what they are shown is read after that.
        if isFresh, entry != nil { await directory.store.catchUp() }
        return Arrival(
            request,
            context,
            origin,
            entry?.principal,
            share(for: entry?.principal),
            readsBody: !route.streamsBody && request.method != .get && request.method != .head,
            answer: try entry?.answer.get(),
            wasRead: entry?.wasRead ?? false
        )
    }

    /// In which lane is looked up who somebody is: ahead of strangers where the connection's last caller was known.
    private func newcomers(_ origin: RequestSource, _ context: MusterRequestContext) -> HashingLane
    {
        let network = SourceNetwork(of: origin.address)
        return context.standing?.isKnown == true ? .familiar(network) : .stranger(network)
    }

    private func share(for principal: Principal?) -> ArrivalShare {
        ArrivalShare(of: budget, for: principal.map { .caller($0.payer) } ?? .stranger)
    }

    /// The same request in the name of somebody else.
    @inline(never)
    private func impersonating(
        _ name: String,
        _ arrival: Arrival,
        _ dialect: Dialect
    ) async throws -> Arrival {
        guard let caller = arrival.principal else { return arrival }
        let principal = try await authenticator.impersonate(
            name,
            by: caller,
            isProved: dialect.provesActing
        )
        return Arrival(
            arrival.request,
            arrival.context,
            arrival.origin,
            principal,
            share(for: principal),
            readsBody: arrival.readsBody
        )
    }

    @inline(never)
    private func answer(
        _ arrival: Arrival,
        _ body: ByteBuffer,
        _ route: Route
    ) async throws -> Response {
        let call = Call(
            request: arrival.request,
            context: arrival.context,
            origin: arrival.origin,
            body: body,
            authenticated: arrival.principal,
            share: arrival.share,
            wasLeft: arrival.wasLeft
        )
        guard !route.streamsBody else { return try await route.handler(call) }
        let executor = executor(for: route, call)
        if arrival.principal != nil, executor == nil, !route.waitsLong {
            return try await PatientHasher.$peer.withValue(arrival.context.standing) {
                try await route.handler(call)
            }
        }
        return try await arrival.context.untilGone {
            try await PreferredExecutor.run(on: executor) { try await route.handler(call) }
        }
    }

    /// Where a call is answered; nil for where it came in.
    private func executor(for route: Route, _ call: Call) -> (any TaskExecutor)? {
        if route.isList || call.isLong, let caller = call.authenticated?.payer {
            return ListThreads.pages.lane(for: caller)
        }
        return call.isLongOfStranger ? StrangersThread.shared : nil
    }
}
