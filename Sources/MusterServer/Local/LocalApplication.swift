import Hummingbird
import HummingbirdCore
public import Logging
public import MusterCore
import NIOCore
public import ServiceLifecycle

/// The directory for programs on this machine, on a Unix domain socket: ``LocalQuestion`` and nothing else.
///
/// Whoever may open the socket may ask; there are no credentials. So it listens where nobody else can come
/// near, and is moved to its place by whoever runs it, once that place has its mode.
public struct LocalApplication: Service {
    /// Longer than the programs themselves wait.
    private static let requestTime = Duration.seconds(3)
    /// The most bytes of all questions that are arriving, together: any number of them is short.
    private static let arrivalBytes = 2_097_152
    /// The most bytes of a question's head.
    private static let headBytes = 16_384

    private let application: Application<LocalResponder>

    /// Puts the service together.
    ///
    /// - Parameters:
    ///   - directory: What is asked.
    ///   - socketPath: Where to listen; what lies there is replaced.
    ///   - connections: The most at a time. Login programs ask once and go away; sshd lets in some hundred strangers at a
    ///     time.
    ///   - logger: Where it is told which questions were served.
    ///   - onListening: Called once, when questions are answered.
    public init(
        _ directory: Directory,
        socketPath: String,
        connections: Int = 256,
        logger: Logger,
        onListening: @escaping @Sendable () async -> Void
    ) {
        var frameworkLogger = logger
        frameworkLogger.logLevel = max(logger.logLevel, .warning)
        let gate = GateLimits(
            headBytes: LocalApplication.headBytes,
            budget: ArrivalBudget(LocalApplication.arrivalBytes)
        )
        application = Application(
            responder: LocalResponder(directory, logger: logger),
            server: .http1(
                configuration: HTTP1Channel.Configuration(
                    additionalChannelHandlers: [
                        RequestDeadline(
                            ConnectionClock(
                                arrival: LocalApplication.requestTime,
                                stall: LocalApplication.requestTime,
                                idle: LocalApplication.requestTime
                            ),
                            bodyLimit: LocalResponder.bodyBytes * 4,
                            gate: gate
                        )
                    ]
                )
            ),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socketPath),
                serverName: nil,
                availableConnectionsDelegate: ConnectionPlaces(connections) {
                    directory.refusals.troubles.note(.localConnections)
                }
            ),
            onServerRunning: { _ in await onListening() },
            logger: frameworkLogger
        )
    }

    /// Serves until it is told to stop; questions in flight are answered.
    public func run() async throws {
        try await application.run()
    }
}
