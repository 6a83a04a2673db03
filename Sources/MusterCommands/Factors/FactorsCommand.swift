import ArgumentParser
import MusterClient
import MusterCore
import TextBytes
import WireJSON

/// `muster factors`.
struct FactorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "factors",
        abstract: "Authenticator apps, passkeys and recovery codes beside the password.",
        discussion: """
            All but list and reset are about yourself, and ask for your password, or for a code, where you have logged \
            in more than five minutes ago. With --data-dir you are the first administrator. Passkeys are made in a browser; here they are listed and removed.

            Example: muster factors add totp --label Phone
            Example: muster factors list
            """,
        subcommands: [
            FactorsList.self, FactorsAdd.self, FactorsRemove.self, FactorsRecoveryCodes.self,
            FactorsReset.self,
        ]
    )
}

extension RecordLayout {
    /// A factor.
    static let factor = RecordLayout(
        "second factors",
        columns: [
            Column("Id", "id"), Column("Kind", "kind"), Column("Label", "label"),
            .time("Added", "created_at"), .time("Last used", "last_used_at"),
            Column("") { record in
                let words = [
                    record.flag("synced") ? "synced" : "", record.flag("off") ? "off" : "",
                ]
                return Table.Cell(words.filter { !$0.isEmpty }.joined(separator: ", "), .notable)
            },
        ],
        fields: ["id", "kind", "label", "created_at", "last_used_at", "off", "synced"]
    )

    /// A set of recovery codes.
    fileprivate static let recoveryCodes = RecordLayout(
        "recovery codes",
        columns: [Column("Code", "code")],
        fields: ["code"]
    )
}

extension Server {
    /// Changes one's own factors, and asks for the password where the server wants to know that it is oneself.
    ///
    /// - Parameters:
    ///   - noun: What the answer should hold.
    ///   - password: Whether the password comes through standard input.
    ///   - missing: What to say where the call names nothing that is there; nil says what the server says.
    ///   - change: Makes the call, with the password where it is known.
    /// - Returns: What the call returns.
    /// - Throws: ``CommandError``.
    @discardableResult
    func askConfirmed<Result: Sendable>(
        _ noun: String = "record",
        _ password: PresentPassword,
        missing: String? = nil,
        _ change: (MusterClient, String?) async throws -> Result
    ) async throws(CommandError) -> Result {
        let given = try password.given()?.withExposedValue(\.self)
        let refusal: CommandError
        do throws(CommandError) {
            return try await ask(noun, missing: missing) { try await change($0, given) }
        } catch {
            guard given == nil, error.isCode(.confirmationRequired) else { throw error }
            refusal = error
        }
        let own = try await proof(refusal.challenge)
        return try await ask(noun, missing: missing) { try await change($0, own) }
    }

    /// Asks whoever sits there for the password, or confirms by a code that it is oneself, where that will do.
    ///
    /// - Returns: The password; nil if a code was taken.
    private func proof(
        _ challenge: LoginChallengeRecord?
    ) async throws(CommandError) -> String? {
        guard let challenge, let login = challenge.login, challenge.takesCodes else {
            return try SecretInput.existing(.presentPassword, fromStandardInput: false)
                .withExposedValue(\.self)
        }
        let password = try SecretInput.existing(.presentPasswordOrCode, fromStandardInput: false)
            .withExposedValue(\.self)
        guard password.utf8.isEmpty else { return password }
        // Nothing is sent until it is asked for: whoever has a session has shown no password yet.
        let dialog = CodeDialog(server: self, challenge: challenge, sendsByItself: false)
        try await dialog.run("Your code") { body throws(CommandError) in
            try await ask { try await $0.logins.confirm(login, body) }
        }
        return nil
    }
}

/// The option by which one's own password comes without a terminal.
struct PresentPassword: ParsableArguments, Sendable {
    @Flag(help: "Read your password from the first line of standard input.")
    var passwordStdin = false

    /// The password that comes through standard input; nil if none does.
    ///
    /// - Throws: ``CommandError``.
    func given() throws(CommandError) -> MusterCore.Secret<String>? {
        guard passwordStdin else { return nil }
        return try SecretInput.existing(.presentPassword, fromStandardInput: true)
    }
}

/// `muster factors list`.
struct FactorsList: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the authenticator apps and passkeys of a user.",
        discussion: "Example: muster factors list jane@example.com"
    )

    @OptionGroup var target: UserOrOneself

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.userOrOneself(target.user)
        let known = try await server.ask("factor", missing: target.user?.missing) {
            try await $0.factors.list(of: record.reference)
        }
        var list = output.list(.factor, orSay: "\(record.label) has no app and no passkey.")
        try list.append(known.factors.map(\.shown))
        try list.finish()
        let hasAny =
            !known.factors.isEmpty || known.isSMSEnabled || known.isEmailEnabled
            || known.recoveryCodes > 0
        guard output.format == .table, !output.quiet, hasAny else { return }
        try Console.standard.write("Recovery codes left: \(known.recoveryCodes)\n")
    }
}

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

extension Server {
    /// ` of NAME` for sentences where who works has not said as whom, on files; empty otherwise.
    ///
    /// - Throws: ``CommandError``.
    fileprivate func ofOwner() async throws(CommandError) -> String {
        guard proof == .local else { return "" }
        return " of \(try await oneself().label)"
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
