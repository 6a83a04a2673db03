import ArgumentParser
import MusterClient
import MusterCore
import WireJSON

/// `muster factors`.
struct FactorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "factors",
        abstract: "Authenticator apps, passkeys and recovery codes beside the password.",
        discussion: """
            All but list and reset are about yourself, and ask for your password where you have logged in more than five \
            minutes ago. Passkeys are made in a browser; here they are listed and removed.

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
        do throws(CommandError) {
            return try await ask(noun, missing: missing) { try await change($0, given) }
        } catch {
            guard given == nil, error.isCode(.confirmationRequired) else { throw error }
        }
        let own = try SecretInput.existing(.presentPassword, fromStandardInput: false)
            .withExposedValue(\.self)
        return try await ask(noun, missing: missing) { try await change($0, own) }
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

    @OptionGroup var subject: UserOrOneself

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.userOrOneself(subject.user)
        let known = try await server.ask("factor", missing: subject.user?.missing) {
            try await $0.factors.list(of: record.reference)
        }
        var list = output.list(.factor, orSay: "\(record.label) has no app and no passkey.")
        try list.append(known.factors.map(\.shown))
        try list.finish()
        guard output.format == .table, !output.quiet, known.recoveryCodes > 0 else { return }
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

    @Argument(help: "The id, as muster factors list shows it.")
    var id: Int64

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var password: PresentPassword
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let missing = "You have no factor \(id)."
        let known = try await server.ask("factor") { try await $0.factors.list().factors }
        guard let factor = known.first(where: { $0.id == id }) else {
            throw CommandError(.notFound, missing)
        }
        let label = "\(factor.kind) \"\(factor.label)\""
        try confirmation.ask("Remove \(label)?")
        try await server.askConfirmed("factor", password, missing: missing) { client, password in
            try await client.factors.remove(id, PasswordBody(password: password))
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
            The old ones are of no use any more. Each code signs in once, in the place of a factor that is lost.

            Example: muster factors recovery-codes
            """
    )

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
        let left = try await server.ask("factor") { try await $0.factors.list().recoveryCodes }
        if left > 0 {
            try confirmation.ask("End the \(left) recovery codes that you have now?")
        }
        let codes = try await server.askConfirmed("code", password) { client, password in
            try await client.factors.renewRecoveryCodes(PasswordBody(password: password)).codes
        }
        try RecoveryCodes.show(codes, output)
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
