import Logging
import ServiceLifecycle

/// Runs a server for the time of a test.
enum Serving {
    /// The ports on which a server says that it listens.
    typealias Ports = (stream: AsyncStream<Int>, continuation: AsyncStream<Int>.Continuation)

    /// Runs `body` with the port once the server listens, then lets the server finish.
    static func run(
        _ server: some Service,
        _ ports: Ports,
        _ body: (Int) async throws -> Void
    ) async throws {
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [server],
                logger: Logger(label: "serving") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        try await withThrowingTaskGroup { group in
            group.addTask {
                defer { ports.continuation.finish() }
                try await services.run()
            }
            guard let port = await ports.stream.first(where: { _ in true }) else {
                try await group.waitForAll()
                return
            }
            // A request that is never answered would hold up a graceful end for ever.
            defer { group.cancelAll() }
            try await body(port)
            await services.triggerGracefulShutdown()
        }
    }
}
