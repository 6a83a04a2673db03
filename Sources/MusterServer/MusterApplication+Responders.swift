import Hummingbird
import HummingbirdCore
import Logging
import MusterCore

extension MusterApplication {
    /// What answers any request, and what answers those that can be answered at once: the server without
    /// its sockets.
    static func responders(
        _ directory: Directory,
        _ configuration: ServerConfiguration,
        budget: ArrivalBudget,
        localAdminToken: LocalAdminToken? = nil,
        dialects: [Dialect] = Dialect.all,
        logger: Logger
    ) -> (RootResponder, FastPathResponder) {
        let peers = PeerAddress(
            trustedProxies: configuration.trustedProxies,
            field: configuration.forwardingField
        )
        let cookies = SessionCookie(isTLS: configuration.isTLS, peers: peers)
        let pipeline = RequestAuthenticator(
            directory,
            peers: peers,
            limits: configuration.limits,
            budget: budget,
            cookies: cookies,
            localAdminToken: localAdminToken
        )
        let routes = routes(directory, configuration, peers, dialects)
        let frame = RootResponder(
            dialects: dialects,
            table: RouteTable(routes),
            pipeline: pipeline,
            limits: configuration.limits,
            ids: RequestIDs(random: directory.random),
            refusals: directory.refusals,
            observer: RequestObserver(
                metrics: configuration.countsRequests ? RequestMetrics(routes.map(\.path)) : nil,
                accessLog: configuration.accessLog,
                logger: logger
            )
        )
        return (frame, FastPathResponder(frame: frame, logger: logger))
    }

    /// Every route of every dialect, and those that belong to none.
    static func routes(
        _ directory: Directory,
        _ configuration: ServerConfiguration,
        _ peers: PeerAddress,
        _ dialects: [Dialect] = Dialect.all
    ) -> [Route] {
        let parts = ServerParts(
            directory: directory,
            version: configuration.version,
            cookies: SessionCookie(isTLS: configuration.isTLS, peers: peers),
            bodyBytes: configuration.limits.bodyBytes,
            scim: configuration.scim,
            radius: configuration.radius,
            consoleTools: configuration.consoleTools
        )
        return dialects.flatMap { $0.routes(parts) } + HealthRoutes(directory, peers: peers).routes
    }
}
