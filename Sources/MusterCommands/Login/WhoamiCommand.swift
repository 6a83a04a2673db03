import ArgumentParser
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
        let user = try await server.wholeOneself()
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

extension Server {
    /// The record of whoever asks, with what it administers by.
    ///
    /// Who has to change a temporary password first is shown the brief record, which does not say.
    ///
    /// - Throws: ``CommandError``.
    fileprivate func wholeOneself() async throws(CommandError) -> JSONObject {
        let brief = try await oneself()
        do throws(CommandError) {
            return try await userRecord(
                .get,
                ServerPath("/muster/v1/users/{}", try userID(of: brief))
            )
        } catch {
            guard error.status == .denied else { throw error }
            return brief
        }
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
