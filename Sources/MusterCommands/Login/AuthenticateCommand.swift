import ArgumentParser
import MusterClient
import MusterCore
import TextBytes
import WireJSON

/// `muster authenticate`.
struct AuthenticateCommand: ServerCommand {
    static let configuration = CommandConfiguration(
        commandName: "authenticate",
        abstract: "Check a user's password, and show what the user may do.",
        discussion: """
            Begins no session. Ends with exit code 1 where the two do not belong together, or the user may not come \
            from there; the audit log says which.

            Example: muster authenticate jane@example.com --ip 10.1.2.3
            """
    )

    @Argument(help: "The user name.")
    var username: String

    @Option(
        name: .customLong("ip"),
        help: ArgumentHelp("From where the user comes.", valueName: "address")
    )
    var address = "127.0.0.1"

    @Flag(help: "Read the password from the first line of standard input.")
    var passwordStdin = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var connection: ConnectionOptions

    func validate() throws {
        guard IPAddress(address) == nil else { return }
        throw ValidationError(
            "--ip takes an address such as 10.1.2.3 or 2001:db8::1, not \(address.quoted(60))."
        )
    }

    func run(on server: Server) async throws {
        let password = try SecretInput.existing(
            .passwordOf(username),
            fromStandardInput: passwordStdin
        )
        let body = AuthenticateBody(
            username: username,
            password: password.withExposedValue(\.self),
            address: address
        )
        let masks = try await server.ask("masks") { try await $0.server.authenticate(body) }
        let user = JSONObject([
            ("username", .string(username)), ("lviewbm", .integer(masks.lviewbm)),
            ("readbm", .integer(masks.readbm)), ("writebm", .integer(masks.writebm)),
        ])
        try output.show(user, .passed)
    }
}

extension SecretInput.Kind {
    fileprivate static func passwordOf(_ username: String) -> Self {
        Self(
            noun: "password",
            question: "Password of \(SafeText.escaped(username)): ",
            ways: "--password-stdin"
        )
    }
}

extension RecordLayout {
    fileprivate static let passed = RecordLayout(
        "users",
        id: "username",
        columns: [
            Column("Username", "username"), Column("readbm", "readbm"),
            Column("writebm", "writebm"), Column("lviewbm", "lviewbm"),
        ],
        fields: ["username", "readbm", "writebm", "lviewbm"]
    )
}
