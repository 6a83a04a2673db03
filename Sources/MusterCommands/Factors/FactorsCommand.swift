import ArgumentParser
import MusterClient
import MusterCore

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
    static let recoveryCodes = RecordLayout(
        "recovery codes",
        columns: [Column("Code", "code")],
        fields: ["code"]
    )
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
