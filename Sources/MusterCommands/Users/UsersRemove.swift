import ArgumentParser
import MusterClient

/// `muster users remove`.
struct UsersRemove: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove users for good, with their keys, sessions and memberships.",
        discussion: """
            Asks first. To keep somebody out for a while, use: muster users disable

            Example: muster users remove jane@example.com
            Example: muster users remove --yes 10 11 12
            """
    )

    @OptionGroup var targets: SeveralUsers

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let records = try await server.users(targets.users)
        let names = records.map(\.label).joined(separator: ", ")
        try confirmation.ask("Remove \(names)?")
        // By number from here, so that nobody who got the name meanwhile is removed.
        try await server.each(records, "Removed", output) { record in
            try await server.ask(missing: record.gone) {
                try await $0.users.remove(record.reference)
            }
            return record
        }
    }
}
