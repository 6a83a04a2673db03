import ArgumentParser

/// A command that talks to a server.
protocol ServerCommand: AsyncParsableCommand, Sendable {
    /// Which server, and as whom.
    var connection: ConnectionOptions { get }

    /// Does the command's work.
    func run(on server: Server) async throws
}

extension ServerCommand {
    func run() async throws {
        try await CommandFailure.reporting {
            try await connection.withServer { server in try await run(on: server) }
        }
    }
}
