import Hummingbird
import HummingbirdCore
public import Logging
public import MusterCore
import NIOCore
public import ServiceLifecycle

/// What the HTTP server needs to know beside the directory.
public struct ServerConfiguration: Sendable {
    /// The host to listen on.
    public var host: String
    /// The port to listen on; 0 takes any that is free.
    public var port: Int
    /// A socket that listens already, which is taken over in place of host and port; nil opens one.
    public var passedSocket: CInt?
    /// The certificate and key; nil speaks plain HTTP.
    public var tls: CertificateKeeper?
    /// Whether answers leave over TLS, which is what cookies ask.
    var isTLS: Bool
    /// How much a caller may ask.
    public var limits: RequestLimits
    /// The proxies whose word is taken for where a request came from.
    public var trustedProxies: AllowedNetworks
    /// Where they say it.
    public var forwardingField: ForwardingField
    /// Whether requests are counted, for metrics.
    public var countsRequests = false
    /// Where each request is a line; nil for nowhere.
    public var accessLog: (any AccessLog)?
    /// Whether browsers get the console.
    public var servesConsole = false
    /// What the console has from the program; nil if it does without.
    public var consoleTools: ConsoleTools?
    /// Whether SCIM is spoken.
    public var servesSCIM = false
    /// How RADIUS servers are answered; nil if they are not.
    public var radius: RadiusSettings? = RadiusSettings()
    /// The dialects that are spoken.
    var dialects: [Dialect] {
        Dialect.all.filter { $0.root != SCIMRoutes.root || servesSCIM }
            + (servesConsole ? [.console] : [])
    }
    /// The program's version.
    public var version: String
    /// Gives memory that is free back to the system; called on a thread of its own when a crowd has gone.
    public var giveMemoryBack: @Sendable () -> Void

    /// Builds a configuration.
    public init(
        host: String,
        port: Int,
        passedSocket: CInt? = nil,
        tls: CertificateKeeper? = nil,
        limits: RequestLimits = RequestLimits(),
        trustedProxies: AllowedNetworks = AllowedNetworks(),
        forwardingField: ForwardingField = .xForwardedFor,
        version: String,
        giveMemoryBack: @escaping @Sendable () -> Void = {}
    ) {
        self.host = host
        self.port = port
        self.passedSocket = passedSocket
        self.tls = tls
        isTLS = tls != nil
        self.limits = limits
        self.trustedProxies = trustedProxies
        self.forwardingField = forwardingField
        self.version = version
        self.giveMemoryBack = giveMemoryBack
    }
}

/// The directory over HTTP, in every dialect it speaks.
public struct MusterApplication: Service {
    private let application: any Service
    private let parts: ObservedParts

    /// Puts the routes together.
    ///
    /// - Parameters:
    ///   - directory: What is served.
    ///   - configuration: Where and how.
    ///   - logger: Where the server tells what it does.
    ///   - onListening: Called once with the port, when requests are answered.
    public init(
        _ directory: Directory,
        _ configuration: ServerConfiguration,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        let address = BindAddress.hostname(configuration.host, port: configuration.port)
        (application, parts) = MusterApplication.application(
            directory,
            configuration,
            address: address,
            logger: logger
        ) { channel in await onListening(channel.localAddress?.port ?? 0) }
    }

    /// Puts the routes together for one command on the data folder, on a socket that only it can reach.
    ///
    /// This is the only server with a ``LocalAdminToken``, and it cannot listen on the network.
    ///
    /// - Parameters:
    ///   - directory: What is served.
    ///   - localAdminToken: The command's token.
    ///   - socketPath: Where to listen: a path in a folder that nobody else can enter.
    ///   - version: The program's version.
    ///   - logger: Where the server tells what it does.
    ///   - onListening: Called once, when requests are answered.
    public init(
        _ directory: Directory,
        localAdminToken: LocalAdminToken,
        socketPath: String,
        version: String,
        logger: Logger,
        onListening: @escaping @Sendable () async -> Void
    ) {
        let configuration = ServerConfiguration(host: "", port: 0, version: version)
        (application, parts) = MusterApplication.application(
            directory,
            configuration,
            localAdminToken: localAdminToken,
            address: .unixDomainSocket(path: socketPath),
            logger: logger
        ) { _ in await onListening() }
    }

    /// Serves until it is told to stop; requests in flight are finished.
    public func run() async throws {
        try await application.run()
    }

    private static func application(
        _ directory: Directory,
        _ configuration: ServerConfiguration,
        localAdminToken: LocalAdminToken? = nil,
        address: BindAddress,
        logger: Logger,
        onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> (any Service, ObservedParts) {
        let budget = ArrivalBudget(
            configuration.limits.arrivalBytes,
            body: configuration.limits.bodyBytes
        )
        let gauge = MemoryGauge(
            budget,
            shares: ConnectionShares(
                configuration.limits.connections,
                uncounted: configuration.trustedProxies
            ) { directory.refusals.troubles.note(.connections) }
        )
        let (frame, immediate) = responders(
            directory,
            configuration,
            budget: budget,
            localAdminToken: localAdminToken,
            dialects: configuration.dialects,
            logger: logger
        )
        let parts = ObservedParts(frame, configuration)
        // Where it listens is told once, by whoever runs it.
        var frameworkLogger = logger
        if logger.logLevel == .info { frameworkLogger.logLevel = .notice }
        let connections = connections(configuration, immediate, gauge) {
            directory.refusals.troubles.note(.missingTLS)
        }
        let places = ConnectionPlaces(configuration.limits.connections) {
            directory.refusals.troubles.note(.connections)
        }
        let services = [MemoryReturn(gauge: gauge, giveBack: configuration.giveMemoryBack)]
        if let descriptor = configuration.passedSocket {
            let server = PassedServer(
                frame: frame,
                clock: directory.clock,
                descriptor: descriptor,
                places: places,
                connections: connections,
                services: services,
                logger: frameworkLogger,
                onListening: onServerRunning
            )
            return (server, parts)
        }
        let server = Application(
            responder: frame,
            server: HTTPServerBuilder(connections),
            configuration: ApplicationConfiguration(
                address: address,
                serverName: nil,
                availableConnectionsDelegate: places
            ),
            services: services,
            onServerRunning: onServerRunning,
            logger: frameworkLogger
        )
        return (server, parts)
    }

    /// What metrics tell of this server.
    func report(
        _ directory: Directory,
        _ sample: DirectorySample,
        _ process: @escaping @Sendable () -> ProcessFigures
    ) -> MetricsReport {
        parts.report(directory, sample, process)
    }

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
            radius: configuration.radius,
            consoleTools: configuration.consoleTools
        )
        return dialects.flatMap { $0.routes(parts) } + HealthRoutes(directory, peers: peers).routes
    }

    /// How connections are set up, given what answers requests.
    private static func connections(
        _ configuration: ServerConfiguration,
        _ immediate: FastPathResponder,
        _ gauge: MemoryGauge,
        onMissingTLS: @escaping @Sendable () -> Void
    ) -> @Sendable (@escaping HTTPChannelHandler.Responder) -> any ServerChildChannel {
        let limits = configuration.limits
        let pace = StrangersPace()
        // Beyond the configured limit there is room to answer 431 instead of just closing.
        let headBytes = max(262_144, limits.headerBytes * 2)
        let gate = GateLimits(
            headBytes: headBytes,
            budget: gauge.budget,
            isPlain: configuration.tls == nil,
            refusal: immediate.refusal
        )
        let http = HTTP1Channel.Configuration(
            additionalChannelHandlers: [
                // A refused body may still arrive this far, so that its sender reads the refusal.
                RequestDeadline(
                    ConnectionClock(
                        arrival: limits.requestTime,
                        stall: limits.stallTime,
                        idle: limits.idleTime
                    ),
                    bodyLimit: limits.bodyBytes * 16,
                    gate: gate,
                    gauge: gauge,
                    immediate: immediate,
                    pace: pace
                )
            ],
            // The gate in front of the decoder knows the same bounds, and answers.
            httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: headBytes,
                maxHeaderListSize: headBytes,
                maxHeaderFieldCount: gate.headLines
            )
        )
        guard let certificate = configuration.tls else {
            return { responder in HTTP1Channel(responder: responder, configuration: http) }
        }
        return { responder in
            SchemeGuard(
                HTTP1Channel(responder: responder, configuration: http),
                certificate,
                onRefusal: onMissingTLS
            )
        }
    }
}
