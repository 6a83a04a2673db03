import ArgumentParser
import MusterClient

/// `muster users rename`.
struct UsersRename: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "rename",
        abstract: "Give a user another user name.",
        discussion: """
            Id, UUID, password, keys and groups stay; the audit log finds the user by either name.

            Example: muster users rename jane@example.com jane.doe@example.com
            """
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @Argument(help: "The new user name.")
    var username: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.user(user)
        let changed = try await Server.naming(username, UserArgument.noun) {
            try await server.change(record) { $0.username = username }
        }
        let sentence =
            "Renamed \(record.label) to \(username).\(UserArgument.advice(for: username))"
        try output.done(sentence, changed.shown, .user)
    }
}
