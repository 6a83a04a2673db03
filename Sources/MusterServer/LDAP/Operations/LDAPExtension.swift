/// Extended operations that are known, by their numbers.
enum LDAPExtension: String, CaseIterable, Sendable {
    /// TLS from now on (RFC 4511 section 4.14).
    case startTLS = "1.3.6.1.4.1.1466.20037"
    /// Another password (RFC 3062).
    case passwordModify = "1.3.6.1.4.1.4203.1.11.1"
    /// Who one is (RFC 4532).
    case whoAmI = "1.3.6.1.4.1.4203.1.11.3"
    /// An end to an operation, with an answer (RFC 3909).
    case cancel = "1.3.6.1.1.8"

    init?(_ type: [UInt8]) {
        guard type.count <= 64,
            let known = Self.allCases.first(where: { type.elementsEqual($0.rawValue.utf8) })
        else { return nil }
        self = known
    }
}
