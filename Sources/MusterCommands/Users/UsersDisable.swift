import ArgumentParser
import MusterClient

/// `muster users disable`.
struct UsersDisable: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable",
        abstract: "Keep users out, from the very next request.",
        discussion: """
            Their sessions end; passwords, API keys and SSH keys are refused until they are enabled again.

            Example: muster users disable jane@example.com bob@example.com
            """
    )

    @OptionGroup var targets: SeveralUsers

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let users = try await server.users(targets.users)
        try await server.each(
            users,
            "Disabled",
            output,
            already: { $0.user.isEnabled ? nil : "\($0.label) is disabled already." },
            { user in try await server.change(user) { $0.isEnabled = false } }
        )
    }
}
