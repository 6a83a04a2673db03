import ArgumentParser
import MusterAPI
import MusterClient
import MusterCore
import TextBytes

/// A phone's number on the command line.
enum TypedPhone {
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
