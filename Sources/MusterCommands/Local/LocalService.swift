import FoundationEssentials
import Logging
import MusterCore
import MusterServer
import ServiceLifecycle

/// Answers programs on this machine for as long as the server runs.
struct LocalService: Service {
    private let directory: Directory
    private let socket: LocalSocket
    private let file: SocketFile
    private let connections: Int
    private let logger: Logger

    /// Makes ready, so that a socket which cannot be is known before anything is served.
    ///
    /// Where a socket cannot be that nobody asked for, that is logged, and there is no service.
    ///
    /// - Parameters:
    ///   - directory: What is asked.
    ///   - socket: Where programs ask.
    ///   - connections: The most at a time.
    ///   - logger: Where it is told which questions were served.
    /// - Throws: ``MusterError`` with code `store.unavailable` where the socket that was asked for cannot be.
    init?(
        _ directory: Directory,
        socket: LocalSocket,
        connections: Int,
        logger: Logger
    ) throws(MusterError) {
        do {
            file = try SocketFile(socket)
        } catch {
            guard socket.isUnasked else { throw error }
            LocalService.tell(error, logger)
            return nil
        }
        self.directory = directory
        self.socket = socket
        self.connections = connections
        self.logger = logger
    }

    /// Serves until it is told to stop, and takes the socket away.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where the socket that was asked for cannot be.
    func run() async throws {
        do {
            try await serve()
        } catch {
            guard socket.isUnasked, !(error is CancellationError) else { throw error }
            LocalService.tell(error, logger)
            try await gracefulShutdown()
        }
    }

    /// Takes away what was made ready; for a server that does not come as far as ``run()``.
    func remove() {
        file.remove()
    }

    private static func tell(_ error: any Error, _ logger: Logger) {
        logger.warning(
            "sshd and PAM cannot ask on this machine",
            metadata: ["reason": "\((error as? MusterError)?.message ?? "\(error)")"]
        )
    }

    private func serve() async throws {
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
