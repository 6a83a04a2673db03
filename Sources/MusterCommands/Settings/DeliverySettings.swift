import FoundationEssentials
import MusterCore
import MusterDelivery
import SystemCalls

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

extension SMTPServer {
    /// Reads the settings `smtp.*`.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    fileprivate init(_ reader: SettingsReader, publicURL: PublicURL?) throws(MusterError) {
        let security: Security = try Settings.choice("smtp.tls", reader, else: .starttls)
        let host = try SMTPServer.host(reader, security)
        let from = try SMTPServer.from(reader)
        let port = try reader.number("smtp.port")
        let username = try reader.text("smtp.username")
        let password = try reader.secret("smtp.passwordFile")
        guard (username == nil) == (password == nil) else {
            let names = ["smtp.username", "smtp.passwordFile"]
            let (present, missing) = password == nil ? (names[0], names[1]) : (names[1], names[0])
            throw reader.invalid(present, "needs \(missing) beside it", isQuoted: true)
        }
        guard username == nil || security != .none else {
            throw reader.invalid(
                "smtp.username",
                "needs smtp.tls to be starttls or implicit: without TLS everybody could read the password",
                isQuoted: true
            )
        }
        self.init(
            host: host,
            port: port == 0 ? SMTPServer.standardPort(security) : port,
            security: security,
            authorities: try reader.authorities("smtp.caFile"),
            username: username,
            password: password,
            from: from,
            fromName: try SMTPServer.fromName(reader),
            helo: try SMTPServer.helo(reader, publicURL, from)
        )
    }

    /// RFC 8314 section 7.3 for TLS from the first byte, RFC 6409 section 3.1 for STARTTLS.
    private static func standardPort(_ security: Security) -> Int {
        switch security {
        case .implicit: 465
        case .starttls: 587
        case .none: 25
        }
    }

    private static func host(
        _ reader: SettingsReader,
        _ security: Security
    ) throws(MusterError) -> String {
        let host = try reader.text("smtp.host") ?? ""
        let address = IPAddress(host)
        guard address != nil || HostName.isValid(Array(host.utf8)) else {
            throw reader.invalid(
                "smtp.host",
                "must be the name of a mail server in lower case, or its address, for codes.email.delivery smtp"
            )
        }
        let loopback = try? AllowedNetworks(["127.0.0.0/8", "::1"])
        let isHere =
            host == "localhost" || address.flatMap { loopback?.allow($0) } ?? false
        guard security != .none || isHere else {
            throw reader.invalid(
                "smtp.tls",
                "may be none only where smtp.host is this machine: codes would go over the network for all to read",
                isQuoted: true
            )
        }
        return host
    }

    private static func from(_ reader: SettingsReader) throws(MusterError) -> MailAddress {
        guard let from = MailAddress(try reader.text("smtp.from") ?? "") else {
            throw reader.invalid(
                "smtp.from",
                "must be an e-mail address of ASCII, such as muster@example.com, for codes.email.delivery smtp"
            )
        }
        return from
    }

    private static func fromName(_ reader: SettingsReader) throws(MusterError) -> String {
        let name = try reader.text("smtp.fromName") ?? ""
        guard name.utf8.count <= 100,
            !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw reader.invalid(
                "smtp.fromName",
                "must have at most 100 bytes and no control characters"
            )
        }
        return name
    }

    private static func helo(
        _ reader: SettingsReader,
        _ publicURL: PublicURL?,
        _ from: MailAddress
    ) throws(MusterError) -> String {
        guard let helo = try reader.text("smtp.helo") else {
            return publicURL.flatMap { $0.hasName ? $0.host : nil } ?? from.domain
        }
        guard HostName.isValid(Array(helo.utf8)) else {
            throw reader.invalid("smtp.helo", "must be the name of a host in lower case")
        }
        return helo
    }
}
