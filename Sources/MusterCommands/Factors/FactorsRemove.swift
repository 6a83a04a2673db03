import ArgumentParser
import MusterClient
import MusterCore
import TextBytes

/// `muster factors remove`.
struct FactorsRemove: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove an authenticator app or a passkey of your own.",
        discussion: """
            With the last second factor of any kind the recovery codes go, too.

            Example: muster factors remove 2
            """
    )

    @Argument(help: "The id, a number that muster factors list shows.")
    var id: String

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var password: PresentPassword
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard Int64(id) == nil else { return }
        throw ValidationError(
            "A factor is named by the number that muster factors list shows, not by \(id.quoted(40))."
        )
    }

    func run(on server: Server) async throws {
        let number = Int64(id) ?? 0
        let missing = "You have no factor \(number). See: muster factors list\(server.proof.option)"
        let owner = try await server.ofOwner()
        let known = try await server.ask("factor") { try await $0.factors.list().factors }
        guard let factor = known.first(where: { $0.id == number }) else {
            throw CommandError(.notFound, missing)
        }
        let label = "\(factor.kind) \"\(factor.label)\"\(owner)"
        try confirmation.ask("Remove \(label)?")
        try await server.askConfirmed("factor", password, missing: missing) { client, password in
            try await client.factors.remove(number, PasswordBody(password: password))
        }
        try Console.standard.write(SafeText.escaped("Removed \(label).") + "\n")
    }
}

extension Server {
    /// ` of NAME` for sentences where who works has not said as whom, on files; empty otherwise.
    ///
    /// - Throws: ``CommandError``.
    fileprivate func ofOwner() async throws(CommandError) -> String {
        guard proof == .local else { return "" }
        return " of \(try await oneself().label)"
    }
}
