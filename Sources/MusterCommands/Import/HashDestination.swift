import ArgumentParser
import MusterCrypto

/// The program that is to have exported hashes, and which of them let nobody in there.
///
/// What is said holds for OpenLDAP 2.5 with the modules pw-pbkdf2, argon2 and pw-sha2, 389-ds 2.3 and crypt(3) of
/// libxcrypt 4.4, as Debian 12 has them, and was tried with those.
enum HashDestination: String, CaseIterable, ExpressibleByArgument {
    /// OpenLDAP's server.
    case slapd
    /// 389 Directory Server.
    case ds389 = "389ds"
    /// /etc/shadow.
    case linux

    /// The salts that OpenLDAP's pw-pbkdf2 takes, in bytes.
    private static let openLDAPSaltBytes = 16

    /// The longest hash that is taken in or given out, in bytes.
    private static let longestHash = 512

    /// Why a hash will let nobody in there, in one sentence; nil if it will.
    func trouble(with hash: String) -> String? {
        guard hash.utf8.count <= HashDestination.longestHash, hash.utf8.allSatisfy({ $0 < 0x80 })
        else {
            return "the hash is of no form that is known there."
        }
        let end = hash.first == "{" ? hash.firstIndex(of: "}") : nil
        let scheme = end.map { hash[hash.index(after: hash.startIndex)..<$0].uppercased() }
        let rest = end.map { String(hash[hash.index(after: $0)...]) } ?? hash
        switch self {
        case .linux: return HashDestination.forLinux(scheme, rest)
        case .slapd: return HashDestination.forSlapd(scheme, rest)
        case .ds389: return HashDestination.for389ds(scheme, rest)
        }
    }

    private static func forLinux(_ scheme: String?, _ text: String) -> String? {
        if let trouble = crypt(text) { return trouble }
        return scheme == nil
            ? nil : "a shadow file has no names of schemes; take {\(scheme ?? "")} away."
    }

    private static func forSlapd(_ scheme: String?, _ text: String) -> String? {
        switch scheme {
        case nil: return unnamed(text, argon2: "{ARGON2}")
        case "CRYPT": return crypt(text)
        case "ARGON2": return nil
        case "SSHA256", "SSHA512":
            if !text.utf8.count.isMultiple(of: 4) {
                return "slapd takes base64 only with its padding."
            }
            return dotted(text, for: "slapd") ?? unread([text[...]])
        case "PBKDF2-SHA256", "PBKDF2-SHA512":
            let parts = text.split(separator: "$", omittingEmptySubsequences: false)
            let digits = parts.count == 3 ? parts[1].prefix { $0 != "=" }.count : 0
            return digits * 6 / 8 == openLDAPSaltBytes
                ? unread(parts.dropFirst())
                : "OpenLDAP's pw-pbkdf2 takes salts of \(openLDAPSaltBytes) bytes only."
        case let name?: return "slapd knows no scheme {\(name)}."
        }
    }

    private static func for389ds(_ scheme: String?, _ text: String) -> String? {
        switch scheme {
        case nil: unnamed(text, argon2: nil)
        case "CRYPT": crypt(text)
        case "PBKDF2_SHA256", "SSHA256", "SSHA512": dotted(text, for: "389-ds")
        case "PBKDF2-SHA256", "PBKDF2-SHA512": nil
        case let name?: "389-ds knows no scheme {\(name)}."
        }
    }

    /// What OpenLDAP's decoder of base64 refuses in any of its texts (BIND's b64_pton).
    private static func unread(_ texts: some Sequence<Substring>) -> String? {
        texts.allSatisfy { HashSpelling.isWholeBase64($0) }
            ? nil : "slapd takes no base64 with bits that belong to no byte."
    }

    /// What decoders of plain base64 refuse that read passlib's.
    private static func dotted(_ text: String, for program: String) -> String? {
        text.utf8.contains(UInt8(ascii: "."))
            ? "\(program) takes no base64 with a dot for the plus." : nil
    }

    /// A directory takes a text without a scheme's name for the password itself.
    private static func unnamed(_ text: String, argon2: String?) -> String {
        if text.hasPrefix("$argon2i") {
            return argon2.map {
                "without a scheme's name it is taken for the password; put \($0) before it."
            }
                ?? "Argon2 is not known there."
        }
        guard isCrypt(text) else { return "the hash is of no form that is known there." }
        return crypt(text)
            ?? "without a scheme's name it is taken for the password; put {CRYPT} before it."
    }

    /// What crypt(3) cannot check.
    private static func crypt(_ text: String) -> String? {
        guard isCrypt(text) else { return "crypt(3) knows no such form." }
        // libpass writes a + in a quarter of cases.
        guard HashSpelling.hasSaltOfCrypt(text) else {
            return "crypt(3) takes a salt of $7$ only of ./0-9A-Za-z."
        }
        return HashSpelling.isOfCrypt(text)
            ? nil
            : "crypt(3) leaves out the bits of its last digits that belong to no byte, and compares texts."
    }

    private static func isCrypt(_ text: String) -> Bool {
        ["$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$7$"].contains(where: text.hasPrefix)
    }
}
