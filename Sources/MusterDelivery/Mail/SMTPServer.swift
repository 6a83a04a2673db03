public import MusterCore

/// The mail server to which messages are handed, and as whom.
public struct SMTPServer: Sendable {
    /// How the connection is guarded.
    public enum Security: String, Sendable, CaseIterable {
        /// TLS from the first byte (RFC 8314 section 3.3).
        case implicit
        /// STARTTLS (RFC 3207), without which nothing is sent.
        case starttls
        /// Not at all; for a server on this machine.
        case none
    }

    /// A name or an address, without brackets.
    public let host: String
    /// The port.
    public let port: Int
    /// How the connection is guarded.
    public let security: Security
    /// A PEM file with the authorities that are trusted; nil for the system's.
    public let authorities: String?
    /// As whom to sign in; nil for not at all.
    public let username: String?
    /// The password for that.
    public let password: Secret<String>?
    /// Whose messages they are.
    public let from: MailAddress
    /// The name beside that address; empty for none.
    public let fromName: String
    /// The name that this machine gives itself (EHLO, RFC 5321 section 4.1.1.1).
    public let helo: String

    /// Builds a server's description from parts that were checked.
    public init(
        host: String,
        port: Int,
        security: Security,
        authorities: String? = nil,
        username: String? = nil,
        password: Secret<String>? = nil,
        from: MailAddress,
        fromName: String,
        helo: String
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.authorities = authorities
        self.username = username
        self.password = password
        self.from = from
        self.fromName = fromName
        self.helo = helo
    }

    /// Host and port, as people write them.
    public var shown: String { "\(isIPv6 ? "[\(host)]" : host):\(port)" }

    /// What libcurl connects to, made of nothing but settings.
    var url: String {
        "\(security == .implicit ? "smtps" : "smtp")://\(shown)/\(helo)"
    }

    private var isIPv6: Bool { IPAddress(host)?.family == .v6 }
}
