import Hummingbird
import HummingbirdCore
public import Logging
public import MusterCore
import NIOCore
public import ServiceLifecycle

/// The directory over HTTP, in every dialect it speaks.
public struct MusterApplication: Service {
    private let application: any Service
    private let parts: ObservedParts
    /// Room for what is arriving, shared with other protocols.
    let budget: ArrivalBudget
    /// At what pace strangers are read from, shared with other protocols.
    let pace = StrangersPace()

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
        budget = ArrivalBudget(configuration.limits)
        (application, parts) = MusterApplication.application(
            directory,
            configuration,
            budget: budget,
            pace: pace,
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
        budget = ArrivalBudget(configuration.limits)
        (application, parts) = MusterApplication.application(
            directory,
            configuration,
            budget: budget,
            pace: pace,
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
        budget: ArrivalBudget,
        pace: StrangersPace,
        localAdminToken: LocalAdminToken? = nil,
        address: BindAddress,
        logger: Logger,
        onServerRunning: @escaping @Sendable (any Channel) async -> Void
    ) -> (any Service, ObservedParts) {
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
        let connections = connections(configuration, immediate, gauge, pace) {
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
}
