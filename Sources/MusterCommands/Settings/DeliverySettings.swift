import MusterCore
import MusterDelivery

/// How codes and notices get to people.
struct DeliverySettings: Sendable {
    /// The ways for mail, as they are set.
    private enum MailWay: String, CaseIterable {
        case folder, smtp, off
    }

    /// The ways for text messages, as they are set.
    private enum SMSWay: String, CaseIterable {
        case folder, twilio, vonage, webhook, off
    }

    /// The services that send text messages.
    enum Gateway: String {
        case twilio, vonage, webhook
    }

    /// The way for text messages.
    enum SMS: Sendable {
        case folder
        case gateway(SMSGateway, authorities: String?)
        case off
    }

    /// The way for mail.
    enum Mail: Sendable {
        case folder
        case smtp(SMTPServer)
        case off
    }

    let mail: Mail
    let sms: SMS
    /// The beginnings of numbers to which a gateway sends.
    let prefixes: [String]
    /// What messages say.
    let texts: MessageTexts

    /// Reads the settings.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    init(_ reader: SettingsReader, publicURL: PublicURL?) throws(MusterError) {
        let way: MailWay = try Settings.choice("codes.email.delivery", reader, else: .folder)
        switch way {
        case .folder: mail = .folder
        case .off: mail = .off
        case .smtp: mail = .smtp(try SMTPServer(reader, publicURL: publicURL))
        }
        let smsWay: SMSWay = try Settings.choice("codes.sms.delivery", reader, else: .folder)
        prefixes = try DeliverySettings.prefixes(reader)
        switch smsWay {
        case .folder: sms = .folder
        case .off: sms = .off
        case .twilio: sms = try DeliverySettings.gateway(.twilio, prefixes, reader)
        case .vonage: sms = try DeliverySettings.gateway(.vonage, prefixes, reader)
        case .webhook: sms = try DeliverySettings.gateway(.webhook, prefixes, reader)
        }
        do {
            let text = try reader.text("sms.text") ?? MessageTexts.standardSMS
            texts = try MessageTexts(sms: text, publicURL: publicURL)
        } catch {
            throw error.code == .settingInvalid
                ? error : reader.invalid("sms.text", error.message)
        }
    }

    private static func gateway(
        _ gateway: Gateway,
        _ prefixes: [String],
        _ reader: SettingsReader
    ) throws(MusterError) -> SMS {
        guard !prefixes.isEmpty else {
            throw reader.invalid(
                "codes.sms.delivery",
                "needs sms.allowedPrefixes beside it: without, anybody could have messages sent to numbers that earn money",
                isQuoted: true
            )
        }
        return .gateway(
            try SMSGateway(gateway, reader),
            authorities: try reader.authorities("sms.caFile")
        )
    }

    private static func prefixes(_ reader: SettingsReader) throws(MusterError) -> [String] {
        let prefixes = try reader.list("sms.allowedPrefixes")
        guard prefixes.allSatisfy(DeliveryRules.isPrefix) else {
            throw reader.invalid(
                "sms.allowedPrefixes",
                "must hold beginnings of numbers: + and digits, such as +1 or +4915"
            )
        }
        return prefixes
    }

    /// What the directory holds callers to.
    var rules: DeliveryRules {
        var rules = DeliveryRules(smsPrefixes: prefixes)
        switch mail {
        case .folder: break
        case .smtp: rules.sendsMail = true
        case .off: rules.isEmailOn = false
        }
        if case .off = sms { rules.isSMSOn = false }
        return rules
    }
}
