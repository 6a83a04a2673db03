import Foundation
import Logging
import MusterCore
import MusterServer
import ServiceLifecycle

/// Answers programs on this machine for as long as the server runs.
struct LocalService: Service {
    let directory: Directory
    let socket: LocalSocket
    /// The most connections at a time.
    let connections: Int
    let logger: Logger

    /// Serves until it is told to stop, and takes the socket away.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where the socket that was asked for cannot be.
    func run() async throws {
        do {
            try await serve()
        } catch {
            guard socket.isUnasked, !(error is CancellationError) else { throw error }
            logger.warning(
                "sshd and PAM cannot ask on this machine",
                metadata: ["reason": "\((error as? MusterError)?.message ?? "\(error)")"]
            )
            try await gracefulShutdown()
        }
    }

    private func serve() async throws {
        let file = try SocketFile(socket)
        defer { file.remove() }
        let (published, publication) = AsyncThrowingStream.makeStream(of: Never.self)
        let path = socket.path
        let application = LocalApplication(
            directory,
            socketPath: file.bindingPath,
            connections: connections,
            logger: logger
        ) { [logger] in
            do {
                try file.publish()
                logger.info("answering programs on this machine", metadata: ["socket": "\(path)"])
                publication.finish()
            } catch {
                publication.finish(throwing: error)
            }
        }
        try await withThrowingTaskGroup { group in
            group.addTask { try await application.run() }
            group.addTask {
                for try await _ in published {}
            }
            // The first failure ends the other task, too.
            try await group.waitForAll()
        }
    }
}

extension LocalService: CustomStringConvertible {
    /// The name alone: the framework logs its services, and has no need of what is in them.
    var description: String { "LocalService" }
}
