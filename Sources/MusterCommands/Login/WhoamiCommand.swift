import ArgumentParser
import MusterClient
import WireJSON

/// `muster whoami`.
struct WhoamiCommand: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "whoami",
        abstract: "Show who you are to the server.",
        discussion: "Example: muster whoami"
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let user = try await server.oneself().shown
        let way =
            switch server.proof {
            case .profile(let name): "profile \(name)"
            case .environment(let names): names
            case .local: "the directory's own files"
            case .none, .typed: ""
            }
        let record = user.only("id", "uuid", "username", "permissions", "administers_by")
            .adding("server", .string(server.address)).adding("login", .string(way))
        try output.show(record, .oneself)
    }
}

extension RecordLayout {
    fileprivate static let oneself = RecordLayout(
        "logins",
        columns: [
            Column("Username", "username"), Column("Id", "id"),
            Column("Role") { Table.Cell($0.integer("permissions").map(RoleArgument.name) ?? "") },
            .administers,
            Column("Server", "server"), Column("Login", "login"),
        ],
        fields: [
            "id", "uuid", "username", "permissions", "server", "login", "administers_by",
        ]
    )
}
