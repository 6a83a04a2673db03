import ArgumentParser
import MusterClient
import MusterCore

/// `muster users edit`.
struct UsersEdit: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit",
        abstract: "Change a user's fields.",
        discussion: """
            What is not named stays as it is. All of it happens, or nothing. Asks before you take the administration of \
            users from yourself. For your own e-mail address your password \
            is asked, too, and where you logged in a while ago for more hosts, a longer timeout or a later expiry of your own.

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
        let fields = try await fields.body(from: server)
        try await Administration(server: server, confirmation: confirmation).confirm(
            user,
            role: fields.permissions,
            writeMask: fields.writebm
        )
        var own: MusterCore.Secret<String>?
        if fields.email != nil {
            own = try await password.read(for: try await server.user(user), on: server)
        }
        let changed: UserRecord
        do throws(CommandError) {
            changed = try await change(fields, own, on: server)
        } catch {
            guard own == nil, error.isCode(.confirmationRequired) else { throw error }
            own = try await password.read(for: try await server.user(user), on: server)
            changed = try await change(fields, own, on: server)
        }
        try output.done("Changed \(changed.label).", changed.shown, .user)
        if self.fields.setsRights { try Administration.tell(changed, beside: output) }
    }

    private func change(
        _ fields: UserBody,
        _ own: MusterCore.Secret<String>?,
        on server: Server
    ) async throws(CommandError) -> UserRecord {
        try await server.change(user) { body in
            body = fields
            body.currentPassword = own?.withExposedValue(\.self)
        }
    }
}
