import ArgumentParser

/// `muster users edit`.
struct UsersEdit: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a user's fields.",
        discussion: """
            What is not named stays as it is. All of it happens, or nothing.

            Example: muster users edit jane@example.com --role scan-manager --timeout 900
            Example: muster users edit 10 --name ""
            """
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @OptionGroup var fields: UserFieldOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !fields.isEmpty else {
            throw ValidationError("Say what to change, such as --role or --name.")
        }
    }

    func run(on server: Server) async throws {
        let changed = try await server.change(user, try await fields.members(from: server))
        try output.done("Changed \(changed.label()).", changed, .user)
    }
}
