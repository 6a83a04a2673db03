import ArgumentParser
import MusterClient

/// `muster users enable`.
struct UsersEnable: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "enable",
        abstract: "Let users in again.",
        discussion: "Example: muster users enable jane@example.com"
    )

    @OptionGroup var targets: SeveralUsers

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let users = try await server.users(targets.users)
        try await server.each(
            users,
            "Enabled",
            output,
            already: { $0.user.isEnabled ? "\($0.label) is enabled already." : nil },
            { user in try await server.change(user) { $0.isEnabled = true } }
        )
    }
}
