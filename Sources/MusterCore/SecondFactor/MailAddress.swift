import TextBytes

/// An e-mail address to which Muster itself sends: a dot-atom, `@` and a host name, all of ASCII.
///
/// Narrower than what a record may hold (``ContactRules``), because libcurl hands addresses over as they are. Quoted local
/// parts, comments, address literals and addresses beyond ASCII are refused: a message for them would need a server with
/// SMTPUTF8 (RFC 6531), which nobody can know of beforehand.
public struct MailAddress: Sendable, Equatable {
    /// The longest address, in bytes (RFC 5321 section 4.5.3.1.3, less the brackets).
    public static let maximumBytes = 254
    /// The longest part before the `@`, in bytes (RFC 5321 section 4.5.3.1.1).
    public static let maximumLocalBytes = 64

    /// The address.
    public let text: String
    /// What stands after the `@`, in lower case.
    public let domain: String

    /// Reads an address; nil if it is none that can be sent to.
    public init?(_ text: String) {
        guard text.utf8.count <= MailAddress.maximumBytes else { return nil }
        let bytes = Array(text.utf8)
        guard let at = bytes.firstIndex(of: UInt8(ascii: "@")), at <= MailAddress.maximumLocalBytes
        else { return nil }
        let domain = bytes[(at + 1)...].map(\.asciiLowercased)
        let atoms = bytes[..<at].split(
            separator: UInt8(ascii: "."),
            omittingEmptySubsequences: false
        )
        guard bytes.first != UInt8(ascii: "-"), atoms.allSatisfy(MailAddress.isAtom),
            HostName.isValid(domain)
        else { return nil }
        self.text = text
        self.domain = String(decoding: domain, as: UTF8.self)
    }

    /// Whether bytes are an atom (RFC 5322 section 3.2.3).
    private static func isAtom(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy {
                $0.isASCIIAlphanumeric || "!#$%&'*+-/=?^_`{|}~".utf8.contains($0)
            }
    }
}
