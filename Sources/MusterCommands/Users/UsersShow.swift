import ArgumentParser
import MusterClient

/// `muster users show`.
struct UsersShow: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show everything about a user.",
        discussion: "Example: muster users show jane@example.com"
    )

    @Argument(help: "The user: id, UUID or user name.")
    var user: UserArgument

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try output.show(await server.user(user).shown, .user)
    }
}
