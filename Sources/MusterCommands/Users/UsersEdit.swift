import ArgumentParser
import MusterCore
import WireJSON

/// `muster users edit`.
struct UsersEdit: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a user's fields.",
        discussion: """
            What is not named stays as it is. All of it happens, or nothing. Asks before you take the administration of \
            users from yourself. For your own e-mail address your password \
            is asked, too.

            Example: muster users edit jane@example.com --role scan-manager --timeout 900
            Example: muster users edit 10 --name ""
            Example: muster users edit 10 --expires never
            """
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @OptionGroup var fields: UserFieldOptions
    @OptionGroup var password: OwnPasswordOptions
    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !fields.isEmpty else {
            throw ValidationError("Say what to change, such as --role or --name.")
        }
    }

    func run(on server: Server) async throws {
        let write = try await fields.members(from: server)
        try await Administration(server: server, confirmation: confirmation).confirm(
            user,
            role: fields.role?.permissions,
            writeMask: try await fields.masks.values(from: server).write
        )
        var own: Secret<String>?
        if fields.email != nil {
            own = try await password.read(for: try await server.user(user), on: server)
        }
        let changed = try await server.change(user) { [own] json in
            write(&json)
            own?.withExposedValue { json.member("current_password", $0) }
        }
        try output.done("Changed \(changed.label()).", changed, .user)
        if fields.setsRights { try Administration.tell(changed, beside: output) }
    }
}
