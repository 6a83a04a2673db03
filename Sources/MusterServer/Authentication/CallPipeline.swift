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
    let rateLimiter: RateLimiter?

    init(
        _ directory: Directory,
        peers: PeerAddress,
        limits: RequestLimits,
        localDoor: LocalDoor?
    ) {
        self.directory = directory
        authenticator = Authenticator(directory, localDoor: localDoor)
        self.peers = peers
        self.limits = limits
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
        let principal = try await authenticate(request.headers, origin, route.authority)
        let call = Call(
            request: request,
            context: context,
            origin: origin,
            body: route.streamsBody
                ? ByteBuffer() : try await body(of: request, on: context.channel),
            authenticated: principal
        )
        return try await route.handler(call)
    }

    private func authenticate(
        _ fields: HTTPFields,
        _ origin: Origin,
        _ authority: Principal.Authority
    ) async throws(MusterError) -> Principal? {
        guard let credentials = try CredentialsHeader.read(fields) else { return nil }
        let principal = try authenticator.authenticate(credentials, from: origin, by: authority)
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

    private func body(
        of request: Request,
        on channel: any Channel
    ) async throws -> ByteBuffer {
        guard request.method != .get else { return ByteBuffer() }
        let tooLarge = MusterError(
            .bodyTooLarge,
            "The body has more than \(limits.bodyBytes) bytes."
        )
        if let length = request.headers[.contentLength].flatMap({ Int($0) }),
            length > limits.bodyBytes
        {
            throw tooLarge
        }
        Call.askForBody(of: request, on: channel)
        var body = ByteBuffer()
        for try await var part in request.body {
            guard body.readableBytes + part.readableBytes <= limits.bodyBytes else {
                throw tooLarge
            }
            body.writeBuffer(&part)
        }
        return body
    }
}
