import ArgumentParser
import MusterAPI
import MusterClient
import MusterCore

/// `muster users twofactor`.
struct UsersTwoFactor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "twofactor",
        abstract: "A second factor beside the password: codes by e-mail or SMS.",
        discussion: """
            Without a user, these commands are about yourself. For yourself your password is asked, too.

            Example: muster users twofactor set jane@example.com --email
            Example: muster users twofactor send jane@example.com --phone +15555555555
            """,
        subcommands: [
            UsersTwoFactorShow.self, UsersTwoFactorSet.self, UsersTwoFactorSend.self,
            UsersTwoFactorVerify.self,
        ]
    )
}

extension RecordLayout {
    static let secondFactor = RecordLayout(
        "second factors",
        columns: [
            Column("Username", "username"), .flag("E-mail", "two_factor.email_enabled"),
            .flag("SMS", "two_factor.sms_enabled"),
            .flag("Phone verified", "two_factor.phone_verified"),
        ],
        fields: [
            "id", "username", "two_factor.required", "two_factor.email_enabled",
            "two_factor.sms_enabled", "two_factor.phone_verified",
        ]
    )
}

extension OutputOptions {
    /// Prints how a user gets codes and, where that is known, what became of messages.
    func secondFactor(of user: AccountRecord, _ messages: UserMessages? = nil) throws {
        let record = user.shown.only("id", "username", "two_factor")
        guard let messages, !messages.isEmpty else { return try show(record, .secondFactor) }
        try show(
            messages.members.reduce(record) { $0.adding($1.name, $1.value) },
            messages.layout(.secondFactor)
        )
    }
}

/// `muster users twofactor show`.
struct UsersTwoFactorShow: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how a user gets codes.",
        discussion: """
            Administrators see what became of the last message, too: when it was handed over, and what the mail server or
            gateway replied; and of a message that waits for its next try since when, and why.

            Example: muster users twofactor show jane@example.com
            """
    )

    @OptionGroup var target: UserOrOneself

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let user = try await server.userOrOneself(target.user)
        try output.secondFactor(of: user, try await server.messages(to: user))
    }
}
