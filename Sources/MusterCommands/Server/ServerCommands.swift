import ArgumentParser
import MusterClient
import TextBytes
import WireJSON

/// `muster server`.
struct ServerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "The server itself.",
        discussion: "Example: muster server status",
        subcommands: [ServerStatus.self, MailTestCommand.self, SMSTestCommand.self]
    )
}

/// `muster server status`.
struct ServerStatus: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show whether a server answers; needs no login.",
        discussion: """
            Ends with exit code 69 if there is none. The version is shown to those who are logged in.

            Example: muster server status --url https://muster.example.com
            """
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let status = try await server.status()
        var record = JSONObject([
            ("server", .string(server.address)),
            ("status", .string(status.status)),
        ])
        if server.hasCredentials,
            let properties = try? await server.client.server.properties()
        {
            record = record.adding("version", .string(properties.version))
        }
        try output.show(record, .status)
    }
}

extension Server {
    /// What a server says of itself to everybody.
    ///
    /// - Throws: ``CommandError``, with status `protocolMismatch` where what answers is no Muster server.
    func status() async throws(CommandError) -> ServerStatusRecord {
        try await ask("status") { try await $0.server.status() }
    }
}

extension RecordLayout {
    fileprivate static let status = RecordLayout(
        "servers",
        id: "server",
        columns: [
            Column("Server", "server"),
            Column("Status") { server in
                let status = server.text("status") ?? ""
                return Table.Cell(status, ByteText(status) == "ready" ? .good : .bad)
            },
            Column("Version", "version"),
        ],
        fields: ["server", "status", "version"]
    )
}
