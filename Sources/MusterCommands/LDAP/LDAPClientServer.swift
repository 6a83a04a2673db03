import LDAPWire
import MusterCore
import MusterServer
import TextBytes

/// The server as a client of LDAP has to be told of it.
struct LDAPClientServer: Sendable {
    /// What keeps passwords from being read on the way.
    enum Protection: Sendable {
        /// TLS from the first byte.
        case tls
        /// TLS that the client asks for.
        case startTLS
        /// Nothing: there is no certificate, and clients are on the server's machine.
        case none
    }

    /// What stands in the place of the account's API keys.
    static let secret = "ACCESS_KEY:SECRET_KEY"

    /// The host, in brackets if it is an address of IPv6.
    let host: String
    /// The port.
    let port: Int
    /// How passwords get there.
    let protection: Protection
    /// The name of the uppermost entry.
    let suffix: String
    /// The name of the entry that holds people.
    let people: String
    /// The name of the entry that holds groups.
    let groups: String
    /// The name of the entry of the account that searches.
    let account: String

    /// The server's address, as RFC 4516 writes it.
    var url: String { "\(protection == .tls ? "ldaps" : "ldap")://\(host):\(port)" }

    /// Finds out where and how clients reach the server: over TLS if it has an address for that.
    ///
    /// - Parameters:
    ///   - settings: The server's settings.
    ///   - host: The name of the server; nil for what the settings say.
    ///   - account: The login name of the account that searches.
    /// - Throws: ``CommandError`` or ``MusterError`` where LDAP is off, the name is unknown or the account is none.
    init(_ settings: Settings, host: String?, account: String) throws {
        guard let ldap = settings.ldap, let address = ldap.secure ?? ldap.plain else {
            throw CommandError(
                .configuration,
                "LDAP is off. Set ldap.bind and ldap.suffix, or name the server's settings with --config."
            )
        }
        let name = host ?? settings.rules.publicURL?.host ?? address.host
        let isAnywhere = ["*", "0.0.0.0", "::", ""].contains { $0.hasSameBytes(as: name) }
        guard !isAnywhere, LDAPClientServer.isHost(name) else {
            throw CommandError(
                .usage,
                "\(name.quoted(60)) names no server. Say with --host by which name clients reach it."
            )
        }
        self.host = name.utf8.contains(UInt8(ascii: ":")) ? "[\(name)]" : name
        port = address.port
        protection = ldap.secure != nil ? .tls : ldap.tls != nil ? .startTLS : .none
        let top = ldap.settings.suffix
        func text(_ parts: [(String, String)]) -> String {
            let own = parts.map { DistinguishedName.Part($0.0, $0.1.utf8) }
            return String(decoding: DistinguishedName(own + top.parts).bytes, as: UTF8.self)
        }
        suffix = text([])
        people = text([("ou", "people")])
        groups = text([("ou", "groups")])
        self.account = text([("uid", try Username(account).text), ("ou", "people")])
    }

    /// Whether a text can stand as a host in every client's file.
    private static func isHost(_ text: String) -> Bool {
        text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: ".-:_".utf8.contains(byte)
                }
            }
    }
}
