import ArgumentParser
import MusterClient

/// `muster keys list`.
struct KeysList: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List a user's SSH keys.",
        discussion: """
            --quiet prints fingerprints.

            Example: muster keys list jane@example.com
            """
    )

    @OptionGroup var target: UserOrOneself

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.userOrOneself(target.user)
        var list = output.list(.sshKey, orSay: "\(record.label) has no SSH keys.")
        try list.append(try await server.sshKeys(of: record).map(\.shown))
        try list.finish()
    }
}
