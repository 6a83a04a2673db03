import FoundationEssentials
import Logging
import MusterCore
import MusterServer
import ServiceLifecycle

/// How a command reaches the directory that it has opened itself.
struct LocalAccess: Sendable {
    /// The Unix domain socket at which HTTP is answered, in every dialect.
    let socketPath: String
    /// The token to send as `Authorization: Bearer`; good for this command alone.
    let token: Secret<String>
}

/// Works on the files of a stopped directory by the same calls, rules and audit as on a running one.
///
/// The ordinary server runs inside the command, on a socket in a folder that only its user can enter, and
/// knows the command by a ``LocalAdminToken``.
enum LocalDirectory {
    private static let advice = " Stop the server, or reach it with --url instead of --data-dir."

    /// Opens a directory, serves it to `work`, and closes it again.
    ///
    /// - Parameters:
    ///   - settings: Where the directory is, and its rules.
    ///   - work: What is to be done. Its connections should be closed when it returns.
    /// - Returns: What `work` returns.
    /// - Throws: What `work` throws; ``MusterError`` with code `directory.missing`, `store.too_new` or
    ///   `store.unavailable`, the latter also where a server runs on the directory.
    static func withServer<Result: Sendable>(
        _ settings: Settings,
        _ work: @escaping @Sendable (LocalAccess) async throws -> Result
    ) async throws -> Result {
        let files = try DataFolder(
            settings.dataDirectory,
            store: settings.store,
            creates: false,
            advice: advice
        )
        let (opened, key) = try await files.open()
        let logger = Logger(label: "muster") { _ in LineLogHandler(logLevel: .error) }
        let composition = Composition(settings: settings, logger: logger)
        let post = try composition.post(key)
        let directory = try await composition.directory(opened, key, post)
        let folder = try PrivateFolder()
        let server = try LocalServer(directory, post, in: folder, logger: logger)
        let result: Swift.Result<Result, any Error>
        do {
            let answer = try await Interruption.tidying(folder.remove) {
                try await server.run(work)
            }
            result = .success(answer)
        } catch {
            result = .failure(error)
        }
        folder.remove()
        try await opened.store.close()
        files.release()
        return try result.get()
    }
}

/// The server inside a command.
private struct LocalServer {
    private let services: ServiceGroup
    private let listening: AsyncStream<Void>
    private let access: LocalAccess

    init(
        _ directory: Directory,
        _ post: MessagePost,
        in folder: PrivateFolder,
        logger: Logger
    ) throws {
        let token = LocalAdminToken(directory)
        let (listening, announcement) = AsyncStream.makeStream(of: Void.self)
        let application = MusterApplication(
            directory,
            localAdminToken: token,
            socketPath: folder.socketPath,
            version: Version.text,
            logger: logger
        ) { announcement.yield() }
        var configuration = ServiceGroupConfiguration(
            services: [Janitor(directory, logger: logger)]
                + post.services(directory, logger: logger) + [application],
            logger: logger
        )
        configuration.maximumGracefulShutdownDuration = Composition.shutdownTime
        services = ServiceGroup(configuration: configuration)
        self.listening = listening
        access = LocalAccess(socketPath: folder.socketPath, token: token.token)
    }

    /// Runs the server for as long as `work` takes.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (LocalAccess) async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { [services] in
                try await services.run()
                return nil
            }
            group.addTask { [services, listening, access] in
                for await _ in listening { break }
                try Task.checkCancellation()
                do {
                    let result = try await work(access)
                    await services.triggerGracefulShutdown()
                    return result
                } catch {
                    await services.triggerGracefulShutdown()
                    throw error
                }
            }
            var result: Result?
            // The first failure cancels the other task, and is thrown when that has ended.
            for try await done in group {
                if let done { result = done }
            }
            guard let result else {
                throw MusterError(
                    .storeUnavailable,
                    "The directory cannot be worked on: no answer."
                )
            }
            return result
        }
    }
}
