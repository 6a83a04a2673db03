import ArgumentParser
import MusterClient
import MusterCore

/// `muster factors reset`.
struct FactorsReset: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Take all second factors from a user who has lost them.",
        discussion: """
            Its sessions end, and it has to set up a new factor at the next login before anything else. For \
            administrators; nobody does so for itself.

            Example: muster factors reset jane@example.com --yes
            """
    )

    @Argument(help: "The user: id, UUID or user name (name:NAME if it reads like one).")
    var user: UserArgument

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.user(user)
        let known = try await server.ask("factor", missing: user.missing) {
            try await $0.factors.list(of: record.reference)
        }
        // Who asks about itself is told that others do this.
        let hasAny = record.user.twoFactor.isSetUp || known.recoveryCodes > 0
        let isOwn = try await server.oneself().user.id == record.user.id
        guard hasAny || (isOwn && server.proof != .local) else {
            throw CommandError(
                .notFound,
                "\(record.label) has no second factor. Nothing was changed."
            )
        }
        try confirmation.ask(
            "Take all second factors from \(record.label), and end its sessions?"
        )
        do throws(CommandError) {
            try await server.ask(missing: user.missing) {
                try await $0.factors.reset(of: record.reference)
            }
        } catch {
            guard error.isCode(.ownAccount) else { throw error }
            throw CommandError(
                error.status,
                "Another administrator resets your factors. Remove yours with: muster factors remove ID"
            )
        }
        try output.done("Took all second factors from \(record.label).", record.shown, .user)
    }
}
