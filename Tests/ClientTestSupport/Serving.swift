import Logging
package import ServiceLifecycle

/// Runs a server for the time of a test.
package enum Serving {
    /// The ports on which a server says that it listens.
    package typealias Ports = (
        stream: AsyncStream<Int>, continuation: AsyncStream<Int>.Continuation
    )

    /// Runs `body` with the port once the server listens, then lets the server finish.
    package static func run(
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
            // Told to finish, not cancelled: a server that is cancelled drops what it is writing.
            do {
                try await body(port)
            } catch {
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
                throw error
            }
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
    }
}
