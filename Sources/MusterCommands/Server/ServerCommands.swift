import ArgumentParser
import TextBytes
import WireJSON

/// `muster server`.
struct ServerCommands: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "server",
        abstract: "The server itself.",
        discussion: "Example: muster server status",
        subcommands: [ServerStatus.self]
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
            ("status", status["status"] ?? .null),
        ])
        if server.credentials != nil,
            let properties = try? await server.ask(.get, ServerPath("/server/properties")),
            let version = properties.text("nessus_ui_version")
        {
            record = record.adding("version", .string(version))
        }
        try output.show(record, .status)
    }
}

extension Server {
    /// What a server says of itself to everybody.
    ///
    /// - Throws: ``CommandError``, with status `protocolMismatch` where what answers is no Muster server.
    func status() async throws(CommandError) -> JSONObject {
        try expect(try await ask(.get, ServerPath("/server/status")), "status", "status")
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
