import ArgumentParser
import ClientTransport
import FoundationEssentials
import MusterClient
import MusterCore

/// The options by which every command that works on a directory is told which one, and as whom.
struct ConnectionOptions: ParsableArguments, Sendable {
    @OptionGroup var remote: RemoteOptions

    @Option(
        help: ArgumentHelp(
            "Work on the files of a directory whose server is stopped, on this machine, as its first administrator.",
            valueName: "folder"
        ),
        completion: .directory
    )
    var dataDir: String?

    func validate() throws {
        guard dataDir == nil || !remote.isChosen else {
            throw ValidationError(
                "--data-dir needs no server; leave out --url, --profile and --ca."
            )
        }
    }

    /// Finds the server, does some work with it, and lets go of it.
    ///
    /// - Throws: What the work throws, and ``CommandError`` if there is no way to the server.
    func withServer<Result: Sendable>(
        _ work: @escaping @Sendable (Server) async throws -> Result
    ) async throws -> Result {
        if let dataDir { return try await withFiles(in: dataDir, work) }
        let destination = try remote.destination()
        return try await destination.withServer(as: destination.credentials, work)
    }

    private func withFiles<Result: Sendable>(
        in folder: String,
        _ work: @escaping @Sendable (Server) async throws -> Result
    ) async throws -> Result {
        let environment = ProcessInfo.processInfo.environment
        let reader = try SettingsReader(
            commandLine: ["dataDir": folder],
            environment: environment,
            file: environment["MUSTER_CONFIG"]
        )
        // A failure of the work is none of the server's, which ends in good order in either case.
        let result: Swift.Result<Result, any Error> =
            try await LocalDirectory.withServer(try Settings(reader)) { access in
                do {
                    return .success(try await Self.withFiles(in: folder, access, work))
                } catch {
                    return .failure(error)
                }
            }
        return try result.get()
    }

    private static func withFiles<Result: Sendable>(
        in folder: String,
        _ access: LocalAccess,
        _ work: @escaping @Sendable (Server) async throws -> Result
    ) async throws -> Result {
        try await Destination.withTransport(ServerAddress(socketPath: access.socketPath), nil) {
            transport in
            try await work(
                try Server(
                    address: "the directory in \(folder)",
                    proof: .local,
                    transport: transport,
                    credentials: .session(token: access.token)
                )
            )
        }
    }
}
