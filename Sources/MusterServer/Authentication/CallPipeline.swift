import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore

/// Turns a request into a call: where it came from, who asks, how often, and with what body.
struct CallPipeline: Sendable {
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
        localDoor: LocalDoor?
    ) {
        self.directory = directory
        authenticator = Authenticator(directory, localDoor: localDoor)
        self.peers = peers
        self.limits = limits
        self.budget = budget
        self.cookies = cookies
        rateLimiter = limits.requestsPerMinute.map {
            RateLimiter(requestsPerMinute: $0, startingAt: directory.clock.now())
        }
    }

    /// Answers a request by a route.
    func serve(
        _ request: Request,
        _ context: MusterRequestContext,
        _ route: Route
    ) async throws -> Response {
        let origin = Origin(
            address: peers.client(of: context.channel, request.headers),
            requestID: context.requestID
        )
        // Whoever signs in may still carry what no longer opens anything.
        let principal =
            route.isOpen
            ? nil : try await authenticate(request.headers, origin, route.authority, context)
        // Nobody's body is read who would be refused anyway.
        guard route.isOpen || principal != nil else { throw Call.noCredentials }
        let share = ArrivalShare(
            of: budget,
            for: principal.map { .caller($0.user.id) } ?? .stranger
        )
        let readsBody =
            !route.streamsBody && request.method != .get && request.method != .head
        let call = Call(
            request: request,
            context: context,
            origin: origin,
            body: readsBody
                ? try await body(of: request, on: context.channel, share) : ByteBuffer(),
            authenticated: principal,
            share: share
        )
        guard !route.streamsBody else { return try await route.handler(call) }
        let executor = executor(for: route, call)
        return try await context.channel.untilGone {
            try await PreferredExecutor.run(on: executor) { try await route.handler(call) }
        }
    }

    /// Where a call is answered; nil for where it came in.
    private func executor(for route: Route, _ call: Call) -> (any TaskExecutor)? {
        if route.isList, let caller = call.authenticated?.user.id {
            return ListThreads.shared.lane(for: caller)
        }
        return call.isLongOfStranger ? StrangersThread.shared : nil
    }

    private func authenticate(
        _ fields: HTTPFields,
        _ origin: Origin,
        _ authority: Principal.Authority,
        _ context: MusterRequestContext
    ) async throws -> Principal? {
        guard let credentials = try CredentialsHeader.read(fields) else { return nil }
        let principal: Principal
        do {
            principal = try authenticator.authenticate(credentials, from: origin, by: authority)
        } catch {
            guard RefusedCookie.codes.contains(error.code), CredentialsHeader.isCookie(fields)
            else { throw error }
            throw RefusedCookie(
                error: error,
                clearing: cookies.clearing(on: context.channel, fields)
            )
        }
        try admit(principal)
        guard let name = try CredentialsHeader.impersonated(fields) else { return principal }
        return try await authenticator.impersonate(name, by: principal)
    }

    /// Counts a request of a caller.
    ///
    /// - Throws: ``MusterError`` with code `request.rate_limited` beyond the limit.
    func admit(_ principal: Principal) throws(MusterError) {
        try rateLimiter?.admit(principal.user.id, at: directory.clock.now())
    }

    /// Reads a body into room of the budget; a stranger's is shorter.
    private func body(
        of request: Request,
        on channel: any Channel,
        _ share: ArrivalShare
    ) async throws -> ByteBuffer {
        let limit = share.isStrangers ? limits.strangersBodyBytes : limits.bodyBytes
        let tooLarge = MusterError(.bodyTooLarge, "The body has more than \(limit) bytes.")
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw tooLarge
        }
        Call.askForBody(of: request, on: channel)
        var body = ByteBuffer()
        for try await var part in request.body {
            let size = body.readableBytes + part.readableBytes
            guard size <= limit else { throw tooLarge }
            if size > body.capacity { try share.grow(to: size.roundedToPowerOfTwo) }
            body.writeBuffer(&part)
        }
        return body
    }
}

extension Int {
    /// The least power of two that is not less: so much room a buffer makes for so many bytes.
    fileprivate var roundedToPowerOfTwo: Int {
        self < 2 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
