import ArgumentParser
import MusterClient
import MusterCore
import QRCode

/// `muster factors add`.
struct FactorsAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Set up a second factor of your own.",
        discussion: "Example: muster factors add totp --label Phone",
        subcommands: [FactorsAddTOTP.self]
    )
}

/// `muster factors add totp`.
struct FactorsAddTOTP: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "totp",
        abstract: "Set up an authenticator app.",
        discussion: """
            Shows a QR code for the app, asks for the code that the app shows then, and prints recovery codes with your \
            first factor, once. A wrong code is asked for again, up to five times. With --code-stdin the code is read \
            from standard input, after the password if that comes there, too; the secret is printed before.

            Example: muster factors add totp
            Example: muster factors add totp --label Phone
            """
    )

    @Option(help: ArgumentHelp("What you call it.", valueName: "label"))
    var label: String?

    @Flag(help: "Read the code from standard input.")
    var codeStdin = false

    @OptionGroup var password: PresentPassword
    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard !output.quiet else {
            throw ValidationError("--quiet would keep the secret to itself. It is shown only once.")
        }
    }

    func run(on server: Server) async throws {
        // Before a secret is shown that nobody could confirm.
        try SecretInput.require(.code, fromStandardInput: codeStdin)
        let own = try await server.namedOneself()
        let begun = try await server.askConfirmed("secret", password) { client, password in
            try await client.factors.addApp(FactorBody(label: label, password: password))
        }
        // Beside the answer, which programs read.
        try Console.standardError.write(FactorsAddTOTP.picture(begun.uri, begun.secret))
        let added = try await confirmed(begun.id, server)
        let shown = added.factor.shown.only(
            "id",
            "kind",
            "label",
            "created_at",
            "last_used_at",
            "off"
        )
        let owner = server.proof == .local ? " of \(own.label)" : ""
        try output.done("Added the app \"\(added.factor.label)\"\(owner).", shown, .factor)
        guard let codes = added.recoveryCodes, !codes.isEmpty else { return }
        try RecoveryCodes.show(codes, output)
    }

    /// Asks for the code that the app shows, and again where it is wrong and somebody is there.
    private func confirmed(_ id: Int64, _ server: Server) async throws -> AddedFactorRecord {
        var triesLeft = codeStdin ? 1 : FactorRules.enrolmentTries
        while true {
            let code = try SecretInput.existing(.code, fromStandardInput: codeStdin)
            let body = CodeBody(code: code.withExposedValue(\.self))
            do throws(CommandError) {
                return try await server.ask("factor") { try await $0.factors.confirmApp(id, body) }
            } catch {
                guard error.isCode(.codeInvalid) else { throw error }
                triesLeft -= 1
                guard triesLeft > 0 else {
                    let end =
                        "Nothing was added. Delete the entry in the app, and begin again: muster factors add totp"
                    throw CommandError(
                        error.status,
                        "\(error.message) \(end)\(server.proof.option)"
                    )
                }
                CommandFailure.note("\(error.message) Try again.")
            }
        }
    }

    /// The QR code, and the secret for those who type it in.
    private static func picture(_ uri: String, _ secret: String) -> String {
        let code = QRCode(uri).map { $0.terminalText + "\n" } ?? ""
        return code + "Scan this with an authenticator app, or type in the secret: "
            + SafeText.escaped(secret) + "\n"
    }
}
