import ArgumentParser
import FoundationEssentials
import MusterAPI
import MusterClient
import MusterCore
import TextBytes
import WireJSON

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
    fileprivate static let secondFactor = RecordLayout(
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
    fileprivate func secondFactor(of user: AccountRecord, _ messages: UserMessages? = nil) throws {
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

/// `muster users twofactor set`.
struct UsersTwoFactorSet: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Switch codes by e-mail and by SMS on and off.",
        discussion: """
            What is not named stays as it is. Codes by SMS need a phone number.

            Example: muster users twofactor set jane@example.com --email
            Example: muster users twofactor set jane@example.com --no-email --no-sms
            """
    )

    @OptionGroup var target: UserOrOneself

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Whether codes come by e-mail.")
    var email: Bool?

    @Flag(inversion: .prefixedNo, exclusivity: .exclusive, help: "Whether codes come by SMS.")
    var sms: Bool?

    @Option(help: ArgumentHelp("The phone's number, +15555555555.", valueName: "number"))
    var phone: String?

    @OptionGroup var password: OwnPasswordOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard email != nil || sms != nil || phone != nil else {
            throw ValidationError("Say what to switch, such as --email.")
        }
        if let phone { try TypedPhone.check(phone) }
    }

    func run(on server: Server) async throws {
        let before = try await server.userOrOneself(target.user)
        let own = try await password.read(for: before, on: server)
        let body = SecondFactorBody(
            isEmailEnabled: email,
            isSMSEnabled: sms,
            phone: phone,
            password: own?.withExposedValue(\.self)
        )
        do throws(CommandError) {
            try await server.ask(missing: target.user?.missing) {
                try await $0.secondFactor.change(of: before.reference, body)
            }
        } catch {
            throw advised(error)
        }
        let after = try await server.userOrOneself(target.user, again: true)
        try output.secondFactor(of: after)
        warn(of: after)
    }

    /// Says so where somebody who must have a second factor has none any more.
    private func warn(of after: AccountRecord) {
        guard email == false || sms == false, after.user.twoFactor.isRequired,
            !after.user.twoFactor.isSetUp
        else { return }
        let name = after.user.username
        CommandFailure.note(
            "\(name) must have a second factor and has none any more: until one is set up, a login is good for nothing "
                + "else. To ask for none: muster users auths set \(name) --no-second-factor"
        )
    }

    /// A refusal in the words of the command line, where the server's are those of its fields and paths.
    private func advised(_ error: CommandError) -> CommandError {
        let name = target.user.map { " " + $0.text } ?? ""
        let send = "muster users twofactor send\(name) --phone NUMBER"
        guard error.status == .badInput else { return error }
        guard error.isField("sms_phone") else { return error }
        // Others, about a number that was given, say themselves what is wrong with it.
        let isMissing = [PhoneNumber.missing, PhoneNumber.unproven].contains { rule in
            error.rule?.hasSameBytes(as: rule) == true
        }
        guard isMissing else { return error }
        return CommandError(
            error.status,
            phone == nil
                ? "Codes by SMS need a phone number. Give it with --phone, or have it proved: \(send)"
                : "A number of your own has to be proved first: \(send)"
        )
    }
}

/// A phone's number on the command line.
private enum TypedPhone {
    /// Refuses what is no number, as people write them: `+` or `00` and 2 to 15 digits, the first of them no zero (ITU-T
    /// E.164 section 6.2.1), or 4 to 15 digits without a prefix, which the server may know how to add.
    ///
    /// - Throws: `ValidationError`, which quotes it.
    static func check(_ text: String) throws {
        let written = PhoneNumber.digits(of: text)
        let hasPrefix = written.first == UInt8(ascii: "+")
        let digits = written.dropFirst(hasPrefix ? 1 : 0)
        let isNumber =
            ((hasPrefix ? 2 : 4)...15).contains(digits.count)
            && (digits.first != UInt8(ascii: "0") || !hasPrefix)
            && digits.allSatisfy { (0x30...0x39).contains($0) }
        guard isNumber else {
            throw ValidationError(
                "--phone takes a number such as +15555555555, not \(text.quoted(40))."
            )
        }
    }
}

/// `muster users twofactor send`.
struct UsersTwoFactorSend: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send a code to a phone, to prove that it is the user's.",
        discussion: "Example: muster users twofactor send jane@example.com --phone +15555555555"
    )

    @OptionGroup var target: UserOrOneself

    @Option(help: ArgumentHelp("The phone's number, +15555555555.", valueName: "number"))
    var phone: String

    @OptionGroup var password: OwnPasswordOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        try TypedPhone.check(phone)
    }

    func run(on server: Server) async throws {
        let record = try await server.userOrOneself(target.user)
        let own = try await password.read(for: record, on: server)
        let body = SendVerificationBody(
            phone: phone,
            password: own?.withExposedValue(\.self)
        )
        try await server.ask(missing: target.user?.missing) {
            try await $0.secondFactor.sendCode(to: record.reference, body)
        }
        let name = target.user.map { " " + $0.text } ?? ""
        try Console.standard.write(
            SafeText.escaped("Sent a code. Go on with: muster users twofactor verify\(name)") + "\n"
        )
    }
}

/// `muster users twofactor verify`.
struct UsersTwoFactorVerify: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Enter the code that came to the phone, which switches codes by SMS on.",
        discussion: """
            Asks for the code, unless it comes through standard input.

            Example: muster users twofactor verify jane@example.com
            """
    )

    @OptionGroup var target: UserOrOneself

    @Flag(help: "Read the code from the first line of standard input.")
    var codeStdin = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func run(on server: Server) async throws {
        let record = try await server.userOrOneself(target.user)
        let code = try SecretInput.existing(.code, fromStandardInput: codeStdin)
        let body = VerifyCodeBody(code: code.withExposedValue(\.self))
        do throws(CommandError) {
            try await server.ask(missing: target.user?.missing) {
                try await $0.secondFactor.verify(of: record.reference, body)
            }
        } catch {
            // The field is at fault where it can be no code at all.
            guard error.isField("verification_code") else { throw error }
            throw CommandError(
                error.status,
                "The verification code is wrong, used up or too old. Ask for a new one."
            )
        }
        try output.secondFactor(of: try await server.userOrOneself(target.user, again: true))
    }
}
