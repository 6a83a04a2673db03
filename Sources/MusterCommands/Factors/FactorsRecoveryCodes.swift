import ArgumentParser
import MusterClient
import MusterCore
import WireJSON

/// `muster factors recovery-codes`.
struct FactorsRecoveryCodes: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "recovery-codes",
        abstract: "Make new recovery codes of your own, and print them once.",
        discussion: """
            The old ones are of no use any more. Each code signs in once, in the place of a factor that is lost. With \
            --data-dir and --yes the user has to be named, who is the first administrator.

            Example: muster factors recovery-codes
            """
    )

    @Argument(help: "Whose codes; nobody makes those of others.")
    var user: UserArgument?

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var password: PresentPassword
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !output.quiet else {
            throw ValidationError(
                "--quiet would keep the codes to itself. They are shown only once."
            )
        }
    }

    func run(on server: Server) async throws {
        let own = try await server.namedOneself()
        try await requireOneself(own, server)
        let left = try await server.ask("factor") { try await $0.factors.list().recoveryCodes }
        if left > 0 {
            let owner = server.proof == .local ? "\(own.label) has" : "you have"
            let codes = Count.text(left, "recovery code")
            try confirmation.ask("End the \(codes) that \(owner) now?")
        }
        let codes = try await server.askConfirmed("code", password) { client, password in
            try await client.factors.renewRecoveryCodes(PasswordBody(password: password)).codes
        }
        try RecoveryCodes.show(codes, output)
    }
}

extension FactorsRecoveryCodes {
    /// Whether a user is whoever asks; others may be hidden from it.
    private func isOneself(
        _ user: UserArgument,
        _ own: OwnAccountRecord,
        _ server: Server
    ) async throws(CommandError) -> Bool {
        do throws(CommandError) {
            return try await server.user(user).user.id == own.user.id
        } catch {
            guard error.status == .denied else { throw error }
            return false
        }
    }

    /// Refuses to make codes of somebody else, or of somebody whom nobody has named.
    private func requireOneself(
        _ own: OwnAccountRecord,
        _ server: Server
    ) async throws(CommandError) {
        if let user {
            guard try await isOneself(user, own, server) else {
                throw CommandError(
                    .usage,
                    "Nobody makes recovery codes of others, and you are \(own.label). Nothing was changed."
                )
            }
        } else if server.proof == .local, confirmation.yes {
            throw CommandError(
                .usage,
                "With --data-dir --yes ends the codes of somebody who is named. Say: muster factors recovery-codes "
                    + "\(own.user.username)"
            )
        }
    }
}

/// Recovery codes, which are printed once.
enum RecoveryCodes {
    /// Prints codes as a list.
    ///
    /// - Throws: ``CommandError`` where they cannot be written, which says how to get others.
    static func show(_ codes: [String], _ output: OutputOptions) throws {
        try ShownOnce.write(
            orSay: "The recovery codes are made all the same, and nobody has seen them. "
                + "Make others: muster factors recovery-codes"
        ) {
            if output.format == .table {
                let lines = codes.map { SafeText.escaped($0) }.joined(separator: "\n")
                try Console.standard.write(
                    "Recovery codes, shown only once; each signs in once:\n\(lines)\n"
                )
                return
            }
            var list = output.list(.recoveryCodes)
            try list.append(codes.map { JSONObject([("code", .string($0))]) })
            try list.finish()
        }
    }
}
