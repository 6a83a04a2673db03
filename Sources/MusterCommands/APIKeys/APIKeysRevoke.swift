import ArgumentParser
import MusterClient

/// `muster apikeys revoke`.
struct APIKeysRevoke: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Take the API keys of users away, without new ones.",
        discussion: """
            Asks first. To refuse keys for a while and keep them, use: muster users auths set USER --no-api

            Example: muster apikeys revoke jane@example.com
            Example: muster apikeys revoke --yes jane@example.com bob@example.com
            """
    )

    @OptionGroup var targets: SeveralUsers

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        try await server.revokeKeys(of: targets, confirmation, output)
    }
}

extension Server {
    /// Takes the API keys of users away, when somebody has said yes to it.
    ///
    /// - Throws: ``CommandError``.
    func revokeKeys(
        of targets: SeveralUsers,
        _ confirmation: Confirmation,
        _ output: OutputOptions
    ) async throws {
        let records = try await users(targets.users)
        let without = records.filter { !$0.hasAPIKeys }.map(\.label)
        guard without.isEmpty else {
            let verb = without.count == 1 ? "has" : "have"
            throw CommandError(
                .notFound,
                "\(without.joined(separator: ", ")) \(verb) no API keys. Nothing was changed."
            )
        }
        let names = records.map(\.label).joined(separator: ", ")
        try confirmation.ask("End the API keys of \(names)?")
        try await each(records, "Revoked the API keys of", output) { record in
            try await ask(missing: record.gone) {
                try await $0.apiKeys.revoke(of: record.reference)
            }
            return record
        }
    }
}
