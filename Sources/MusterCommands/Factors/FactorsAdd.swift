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
            first factor, once. With --code-stdin the code is read from standard input, behind the password if that \
            comes there, too; the secret is printed before.

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
        let begun = try await server.askConfirmed("secret", password) { client, password in
            try await client.factors.addApp(FactorBody(label: label, password: password))
        }
        // Beside the answer, which programs read.
        try Console.standardError.write(FactorsAddTOTP.picture(begun.uri, begun.secret))
        let code = try SecretInput.existing(.code, fromStandardInput: codeStdin)
        let body = CodeBody(code: code.withExposedValue(\.self))
        let added = try await server.ask("factor") {
            try await $0.factors.confirmApp(begun.id, body)
        }
        let shown = added.factor.shown.only(
            "id",
            "kind",
            "label",
            "created_at",
            "last_used_at",
            "off"
        )
        try output.done("Added the app \"\(added.factor.label)\".", shown, .factor)
        guard let codes = added.recoveryCodes, !codes.isEmpty else { return }
        try RecoveryCodes.show(codes, output)
    }

    /// The QR code, and the secret for those who type it in.
    private static func picture(_ uri: String, _ secret: String) -> String {
        let code = QRCode(uri).map { $0.terminalText + "\n" } ?? ""
        return code + "Scan this with an authenticator app, or type in the secret: "
            + SafeText.escaped(secret) + "\n"
    }
}
