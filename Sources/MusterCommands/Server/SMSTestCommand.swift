import ArgumentParser
import MusterCore
import MusterDelivery
import TextBytes
import WireJSON

/// `muster server sms-test`.
struct SMSTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sms-test",
        abstract: "Send a text message by the gateway of the settings.",
        discussion: """
            Asks the gateway directly; no Muster server needs to run. Give the settings that the server has, by the same \
            options, variables and file. The message costs what each costs. Exit code 69 means that the gateway did not take it.

            Example: muster server sms-test --config muster.json --send +15555555555
            """
    )

    @Option(help: ArgumentHelp("The phone number to send to.", valueName: "number"))
    var send: String

    @OptionGroup var output: OutputOptions
    @OptionGroup var settings: SettingsOptions

    func run() async throws {
        try await CommandFailure.reporting {
            let reader = try await settings.reader()
            let settings = try Settings(reader)
            for advice in try reader.openSecrets() { CommandFailure.note("Warning: \(advice)") }
            guard case .gateway(let gateway, let authorities) = settings.delivery.sms else {
                throw CommandError(
                    .configuration,
                    "codes.sms.delivery names no gateway, so that there is none to ask. See: muster config"
                )
            }
            let phone = try SMSTestCommand.phone(send, settings.rules)
            let carrier = SMSCarrier(gateway, authorities: authorities, clock: SystemClock())
            let letter = Letter.test(.sms, to: phone.text, subject: "", "This is a test of Muster.")
            let reply: String
            do throws(SMSFailure) {
                reply = try await carrier.look(letter)
            } catch {
                throw CommandError(
                    .unavailable,
                    "\(error.sentence.withoutStop). \(error.advice)"
                )
            }
            try output.show(
                JSONObject([
                    ("gateway", .string(gateway.name)), ("to", .string(phone.text)),
                    ("reply", .string(reply)),
                ]),
                .smsTest
            )
        }
    }

    private static func phone(
        _ text: String,
        _ rules: DirectoryRules
    ) throws(CommandError) -> PhoneNumber {
        guard let phone = try? PhoneNumber(text, prefix: rules.phonePrefix) else {
            throw CommandError(
                .badInput,
                "\(text.quoted(40)) is no phone number. Write it with + and country code, such as +15555555555."
            )
        }
        guard rules.delivery.allows(phone) else {
            let dear = DeliveryRules.dearPrefixes.first { phone.text.utf8.starts(with: $0.utf8) }
            throw CommandError(
                .badInput,
                dear.map {
                    "\(phone.text) begins with \($0), where messages are expensive. sms.allowedPrefixes has to name that in full."
                } ?? "\(phone.text) begins with none of sms.allowedPrefixes."
            )
        }
        guard phone.isLongEnough else {
            throw CommandError(
                .badInput,
                "\(phone.text) is too short for a phone number. Write it with + and country code, such as +15555555555."
            )
        }
        return phone
    }
}

extension RecordLayout {
    fileprivate static let smsTest = RecordLayout(
        "gateways",
        id: "gateway",
        columns: [Column("Gateway", "gateway"), Column("To", "to"), Column("Reply", "reply")],
        fields: ["gateway", "to", "reply"]
    )
}
