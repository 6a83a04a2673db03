import FoundationEssentials
import MusterCore
import MusterDelivery
import SystemCalls

extension SMSGateway {
    /// Reads the settings of one of the services.
    ///
    /// - Parameters:
    ///   - way: Its name: `twilio`, `vonage` or `webhook`.
    ///   - reader: The settings.
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    init(_ way: DeliverySettings.Gateway, _ reader: SettingsReader) throws(MusterError) {
        switch way {
        case .twilio: self = .twilio(try Twilio(reader))
        case .vonage: self = .vonage(try Vonage(reader))
        case .webhook: self = .webhook(try Webhook(reader))
        }
    }

    /// Where messages come from: a number, or up to 11 letters and digits (GSM 03.38 address of type alphanumeric).
    fileprivate static func sender(_ reader: SettingsReader) throws(MusterError) -> String? {
        guard let text = try reader.text("sms.from") else { return nil }
        let bytes = Array(text.utf8)
        let isName =
            (1...11).contains(bytes.count)
            && bytes.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: " ") }
        let digits = bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
        let isNumber = (3...15).contains(digits.count) && digits.allSatisfy(\.isDigit)
        guard isName || isNumber else {
            throw reader.invalid(
                "sms.from",
                "must be a phone number or up to 11 letters and digits"
            )
        }
        return text
    }

    fileprivate static func url(
        _ key: String,
        _ reader: SettingsReader
    ) throws(MusterError) -> GatewayURL {
        guard let url = GatewayURL(try reader.text(key) ?? "") else {
            throw reader.invalid(
                key,
                "must be an address of https, or of http on this machine, without user and password"
            )
        }
        return url
    }

    /// A name that stands in addresses and forms: letters and digits.
    fileprivate static func identifier(
        _ key: String,
        _ reader: SettingsReader
    ) throws(MusterError) -> String? {
        guard let text = try reader.text(key) else { return nil }
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(\.isLetterOrDigit) else {
            throw reader.invalid(key, "must be of 1 to 64 letters and digits")
        }
        return text
    }

    /// An error that says which setting a way needs.
    fileprivate static func missing(
        _ key: String,
        _ way: DeliverySettings.Gateway,
        _ reader: SettingsReader
    ) -> MusterError {
        reader.invalid(
            "codes.sms.delivery",
            "\(way.rawValue) needs \(key) beside it",
            isQuoted: true
        )
    }
}

extension SMSGateway.Twilio {
    fileprivate init(_ reader: SettingsReader) throws(MusterError) {
        guard let account = try SMSGateway.identifier("sms.twilio.account", reader) else {
            throw SMSGateway.missing("sms.twilio.account", .twilio, reader)
        }
        guard let password = try reader.secret("sms.twilio.secretFile") else {
            throw SMSGateway.missing("sms.twilio.secretFile", .twilio, reader)
        }
        let service = try SMSGateway.identifier("sms.twilio.messagingService", reader)
        let number = try SMSGateway.sender(reader)
        let sender: Sender
        switch (service, number) {
        case (let service?, nil): sender = .service(service)
        case (nil, let number?): sender = .number(number)
        default:
            throw reader.invalid(
                "codes.sms.delivery",
                "twilio needs one of sms.from and sms.twilio.messagingService, and not both",
                isQuoted: true
            )
        }
        self.init(
            url: try SMSGateway.url("sms.twilio.url", reader),
            account: account,
            username: try SMSGateway.identifier("sms.twilio.key", reader) ?? account,
            password: password,
            sender: sender
        )
    }
}

extension SMSGateway.Vonage {
    fileprivate init(_ reader: SettingsReader) throws(MusterError) {
        guard let key = try SMSGateway.identifier("sms.vonage.key", reader) else {
            throw SMSGateway.missing("sms.vonage.key", .vonage, reader)
        }
        guard let secret = try reader.secret("sms.vonage.secretFile") else {
            throw SMSGateway.missing("sms.vonage.secretFile", .vonage, reader)
        }
        guard let sender = try SMSGateway.sender(reader) else {
            throw SMSGateway.missing("sms.from", .vonage, reader)
        }
        self.init(
            url: try SMSGateway.url("sms.vonage.url", reader),
            key: key,
            secret: secret,
            sender: sender
        )
    }
}

extension SMSGateway.Webhook {
    fileprivate init(_ reader: SettingsReader) throws(MusterError) {
        guard let signing = try reader.secret("sms.webhook.secretFile") else {
            throw SMSGateway.missing("sms.webhook.secretFile", .webhook, reader)
        }
        self.init(
            url: try SMSGateway.url("sms.webhook.url", reader),
            signing: signing,
            authorization: try reader.secret("sms.webhook.authorizationFile")
        )
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

    fileprivate var isLetterOrDigit: Bool {
        isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20)
    }
}
