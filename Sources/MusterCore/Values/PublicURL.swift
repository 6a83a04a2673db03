import TextBytes

/// The address under which people and browsers reach the server: scheme, host and, where it is not the scheme's own, port.
///
/// Others compare it byte by byte (the issuer of OpenID Connect Discovery 1.0 section 4.3, the origin of WebAuthn Level 2
/// section 7.1), so that there is one way to write it: lower case, no path, no slash at the end, no default port.
public struct PublicURL: Sendable, Equatable {
    /// The longest text, in bytes: a host name has 253 at most (RFC 1035 section 2.3.4).
    public static let maximumBytes = 270

    /// The whole address, as browsers write an origin (RFC 6454 section 6.2).
    public let text: String
    /// The host, without brackets; the relying party's id of passkeys where it is a name.
    public let host: String
    /// The port that is written; nil for the scheme's own.
    public let port: Int?
    /// Whether the address is one of https.
    public let isSecure: Bool

    /// Reads an address.
    ///
    /// Plain http is for this machine only: browsers call `localhost` and loopback addresses trustworthy (W3C Secure
    /// Contexts section 3.1), and nothing else without TLS.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `public_url`; its message is a rule, ready to stand
    ///   after the name of a setting.
    public init(_ text: String) throws(MusterError) {
        let rest: Substring
        let bytes = text.utf8
        guard bytes.count <= PublicURL.maximumBytes else { throw PublicURL.refusal }
        if bytes.starts(with: "https://".utf8) {
            (isSecure, rest) = (true, Substring(bytes.dropFirst(8)))
        } else if bytes.starts(with: "http://".utf8) {
            (isSecure, rest) = (false, Substring(bytes.dropFirst(7)))
        } else {
            throw PublicURL.refusal
        }
        let (name, port) = try PublicURL.parts(rest)
        guard port != (isSecure ? 443 : 80) else {
            throw .invalid("public_url", "must leave out the port that its scheme has anyway")
        }
        guard let host = PublicURL.host(name) else { throw PublicURL.refusal }
        guard isSecure || PublicURL.isLoopback(host) else {
            throw .invalid(
                "public_url",
                "must be of https; http is for localhost and loopback addresses"
            )
        }
        (self.text, self.host, self.port) = (text, host, port)
    }

    /// Whether the host is a name, and no address.
    public var hasName: Bool { IPAddress(host) == nil }

    private static var refusal: MusterError {
        .invalid(
            "public_url",
            "must be https://, a host in lower case and maybe a port, such as https://muster.example.com, "
                + "without a path and without a slash at the end"
        )
    }

    /// The host, still in its brackets, and the port.
    private static func parts(_ text: Substring) throws(MusterError) -> (Substring, Int?) {
        let bytes = Array(text.utf8)
        let bracket = bytes.lastIndex(of: UInt8(ascii: "]")) ?? 0
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")), colon >= bracket else {
            return (text, nil)
        }
        let digits = bytes[(colon + 1)...]
        guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw refusal }
        let port = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard port <= 65_535 else { throw refusal }
        return (Substring(text.utf8.prefix(colon)), port)
    }

    /// The host without its brackets; nil if it is none, or is written in another way than browsers write it.
    private static func host(_ text: Substring) -> String? {
        let bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "["), bytes.last == UInt8(ascii: "]") {
            let inner = String(Substring(text.utf8.dropFirst().dropLast()))
            guard let address = IPAddress(inner), address.family == .v6,
                address.description.hasSameBytes(as: inner)
            else { return nil }
            return inner
        }
        let name = String(text)
        if let address = IPAddress(name) { return address.family == .v4 ? name : nil }
        return HostName.isValid(bytes) ? name : nil
    }

    private static func isLoopback(_ host: String) -> Bool {
        if host.hasSameBytes(as: "localhost") { return true }
        guard let address = IPAddress(host) else { return false }
        return address.family == .v4 ? address.bits >> 24 == 127 : address.bits == 1
    }
}

/// Names of hosts in ASCII.
public enum HostName {
    /// Whether bytes are a host name in lower case (RFC 1123 section 2.1): labels of letters, digits and hyphens, the last of
    /// them not of digits alone, since that would be read as an address.
    public static func isValid(_ bytes: [UInt8]) -> Bool {
        guard (1...253).contains(bytes.count) else { return false }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy(isLabel) && labels.last?.allSatisfy(isDigit) == false
    }

    private static func isLabel(_ bytes: ArraySlice<UInt8>) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(bytes.count) && bytes.first != hyphen && bytes.last != hyphen
            && bytes.allSatisfy {
                isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == hyphen
            }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
