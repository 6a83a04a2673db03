import ArgumentParser
import MusterClient
import MusterCore
import TextBytes

/// `muster users hosts remove`.
struct UsersHostsRemove: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Take networks off a user's list.",
        discussion: """
            The last one stays: without any, the user could come from anywhere. To want that, use: \
            muster users hosts set USER any

            Example: muster users hosts remove jane@example.com 192.0.2.7
            """
    )

    @OptionGroup var choice: UserHostsArguments

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let unwanted = try AllowedNetworks(choice.hosts).texts
        let changed = try await RevisedChange(server: server, user: choice.user).hosts {
            present throws(CommandError) in try rest(of: present, without: unwanted)
        }
        try output.hosts(of: changed)
    }

    private func rest(
        of present: [String],
        without unwanted: [String]
    ) throws(CommandError) -> [String] {
        if let stranger = unwanted.first(where: { host in
            !present.contains { $0.hasSameBytes(as: host) }
        }) {
            throw CommandError(.notFound, "\(choice.user.text) has no host \(stranger).")
        }
        let rest = present.filter { host in !unwanted.contains { $0.hasSameBytes(as: host) } }
        guard !rest.isEmpty else {
            throw CommandError(
                .refused,
                "Without any host the user could come from anywhere. Nothing was changed. "
                    + "If you want that, run: muster users hosts set \(choice.user.text) any"
            )
        }
        return rest
    }
}
