import Hummingbird
import HummingbirdCore
public import Logging
public import MusterCore
import NIOCore
public import ServiceLifecycle

/// Serves metrics on an address of their own, which administrators open to whom they like.
public struct MetricsApplication: Service {
    /// The most connections at a time: collectors are few, and come every some seconds.
    public static let connections = 16
    /// How long a collector may take over anything.
    private static let requestTime = Duration.seconds(10)
    private static let headBytes = 16_384
    private static let arrivalBytes = 1_048_576

    private let application: Application<MetricsResponder>
    private let sample: DirectorySample

    /// Puts the service together.
    ///
    /// - Parameters:
    ///   - directory: What is told of.
    ///   - observed: The server whose requests are counted.
    ///   - host: Where to listen.
    ///   - port: The port; 0 takes any that is free.
    ///   - process: Measures the process.
    ///   - logger: Where it tells what goes wrong.
    ///   - onListening: Called once with the port.
    public init(
        _ directory: Directory,
        of observed: MusterApplication,
        host: String,
        port: Int,
        process: @escaping @Sendable () -> ProcessFigures,
        logger: Logger,
        onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) {
        var frameworkLogger = logger
        frameworkLogger.logLevel = max(logger.logLevel, .warning)
        sample = DirectorySample(directory)
        let report = observed.report(directory, sample, process)
        let gate = GateLimits(
            headBytes: MetricsApplication.headBytes,
            budget: ArrivalBudget(MetricsApplication.arrivalBytes)
        )
        application = Application(
            responder: MetricsResponder(report),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [
                        RequestDeadline(
                            ConnectionClock(
                                arrival: MetricsApplication.requestTime,
                                stall: MetricsApplication.requestTime,
                                idle: .seconds(120)
                            ),
                            bodyLimit: 1024,
                            gate: gate
                        )
                    ]
                )
            ),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port),
                serverName: nil,
                availableConnectionsDelegate: ConnectionPlaces(MetricsApplication.connections) {}
            ),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) },
            logger: frameworkLogger
        )
    }

    /// Serves until it is told to stop.
    public func run() async throws {
        // Is cancelled when the other ends.
        async let _: Void = sample.run()
        try await application.run()
    }
}

extension MetricsApplication: CustomStringConvertible {
    /// The name alone: the framework logs its services, and has no need of what is in them.
    public var description: String { "MetricsApplication" }
}
