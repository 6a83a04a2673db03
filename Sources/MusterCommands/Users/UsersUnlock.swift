import ArgumentParser
import MusterClient

/// `muster users unlock`.
struct UsersUnlock: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock",
        abstract: "Forget users' failed logins, so that their passwords work again.",
        discussion: "Example: muster users unlock jane@example.com"
    )

    @OptionGroup var targets: SeveralUsers

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let users = try await server.users(targets.users)
        try await server.each(users, "Unlocked", output) { user in
            try await server.ask(UserArgument.noun, missing: user.gone) {
                try await $0.users.unlock(user.reference)
            }
        }
    }
}
