import ArgumentParser
import MusterClient

/// `muster scim token revoke`.
struct SCIMTokenRevoke: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End the tokens of users: take their API keys away, without new ones.",
        discussion: "Example: muster scim token revoke --yes provider"
    )

    @OptionGroup var targets: SeveralUsers

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try await server.revokeKeys(of: targets, confirmation, output)
    }
}
