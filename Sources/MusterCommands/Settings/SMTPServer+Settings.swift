import MusterCore
import MusterDelivery

extension SMTPServer {
    /// Reads the settings `smtp.*`.
    ///
    /// - Throws: ``MusterError`` with code `setting.invalid`.
    init(_ reader: SettingsReader, publicURL: PublicURL?) throws(MusterError) {
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
