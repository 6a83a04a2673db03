import ArgumentParser
import MusterCore
import MusterCrypto
import MusterDelivery
import TextBytes
import WireJSON

/// `muster server mail-test`.
struct MailTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mail-test",
        abstract: "Look whether the mail server takes codes: connection, TLS and password.",
        discussion: """
            Asks the mail server of the settings directly; no Muster server needs to run. Give the settings that the \
            server has, by the same options, variables and file. Exit code 69 means that mail would not get \
            through, or that the server refuses this address.

            Example: muster server mail-test --config muster.json --send jane@example.com
            """
    )

    @Option(
        help: ArgumentHelp("Also send a mail to this address.", valueName: "address")
    )
    var send: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let reader = try await settings.reader()
            let settings = try Settings(reader)
            for advice in try reader.openSecrets() { CommandFailure.note("Warning: \(advice)") }
            guard case .smtp(let server) = settings.delivery.mail else {
                throw CommandError(
                    .configuration,
                    "codes.email.delivery is not smtp, so that there is no mail server to look at. See: muster config"
                )
            }
            let letter = try send.map { address throws(CommandError) in
                try MailTestCommand.letter(to: address)
            }
            try output.show(try await MailTestCommand.record(of: server, letter), .mailTest)
        }
    }

    private static func record(
        of server: SMTPServer,
        _ letter: Letter?
    ) async throws(CommandError) -> JSONObject {
        let carrier = SMTPCarrier(server, connections: 1)
        do throws(SMTPFailure) {
            let (isSignedIn, reply) = try await carrier.look(letter)
            return JSONObject([
                ("mail_server", .string(server.shown)), ("tls", .string(server.security.rawValue)),
                ("signed_in", .bool(isSignedIn)), ("sent", .bool(letter != nil)),
                ("reply", .string(reply)),
            ])
        } catch {
            throw CommandError(
                .unavailable,
                "\(error.sentence.withoutStop). \(error.advice)"
            )
        }
    }

    private static func letter(to address: String) throws(CommandError) -> Letter {
        guard MailAddress(address) != nil else {
            throw CommandError(
                .badInput,
                "\(address.quoted(60)) is no address that codes go to. It has to be one of ASCII, such as jane@example.com."
            )
        }
        return .test(
            .email,
            to: address,
            subject: "Test of Muster's mail",
            "This is a test. Mail from Muster arrives at this address."
        )
    }
}

extension Letter {
    /// A letter that only shows that letters arrive.
    static func test(
        _ channel: CodeMessage.Channel,
        to recipient: String,
        subject: String,
        _ text: String
    ) -> Letter {
        let now = SystemClock().now()
        return Letter(
            id: Hex.text(SystemRandom().bytes(16)),
            channel: channel,
            purpose: "test",
            recipient: recipient,
            subject: subject,
            text: Secret(text),
            party: AuditParty(uuid: nil, name: ""),
            createdAt: now,
            expiresAt: now.advanced(by: .seconds(60))
        )
    }
}

extension RecordLayout {
    fileprivate static let mailTest = RecordLayout(
        "mail servers",
        id: "mail_server",
        columns: [
            Column("Mail server", "mail_server"), Column("TLS", "tls"),
            Column("Signed in", "signed_in"), Column("Sent", "sent"), Column("Reply", "reply"),
        ],
        fields: ["mail_server", "tls", "signed_in", "sent", "reply"]
    )
}
