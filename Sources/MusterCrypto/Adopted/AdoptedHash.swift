import Foundation
import MusterCore

/// A password hash in one of the forms that are taken from elsewhere.
///
/// The costs are bounded, so that nobody brings a hash whose check takes a minute or all the memory there is,
/// nor one that is no better than none. Everything that is not exactly of a known form is refused: what cannot
/// be read here could not be checked at the login either.
enum AdoptedHash {
    /// Argon2id, checked by libsodium.
    case argon2id(String)
    /// bcrypt or SHA-512-crypt, checked by libcrypt.
    case crypt(String)
    /// PBKDF2, checked by swift-crypto.
    case pbkdf2(PBKDF2Hash)

    /// The longest text that is read, in bytes.
    static let maximumLength = 512

    /// The forms, for the sentence with which others are refused.
    static let forms = """
        Argon2id ($argon2id$v=19$...), bcrypt ($2a$, $2b$, $2y$), PBKDF2 with SHA-256 or SHA-512 \
        ($pbkdf2-sha256$..., pbkdf2_sha256$..., {PBKDF2-SHA256}...) and SHA-512-crypt ($6$...)
        """

    /// Reads a hash.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`. The message never repeats the
    ///   hash.
    init(parsing text: String) throws(MusterError) {
        guard text.utf8.count <= AdoptedHash.maximumLength,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw AdoptedHash.refusal(
                "must have at most \(AdoptedHash.maximumLength) printable ASCII characters"
            )
        }
        if text.hasPrefix("$argon2id$") {
            try Argon2Text.check(text)
            self = .argon2id(text)
        } else if text.hasPrefix("$2") {
            try CryptText.checkBcrypt(text)
            self = .crypt(text)
        } else if text.hasPrefix("$6$") {
            try CryptText.checkSHA512(text)
            self = .crypt(text)
        } else if text.hasPrefix("{CRYPT}") {
            let inner = try AdoptedHash(parsing: String(text.dropFirst(7)))
            guard case .crypt = inner else { throw AdoptedHash.unknownForm }
            self = inner
        } else if let hash = try PBKDF2Hash(parsing: text) {
            self = .pbkdf2(hash)
        } else {
            throw AdoptedHash.unknownForm
        }
    }

    /// Whether the password, as UTF-8 in this form, is the one that was hashed.
    ///
    /// Takes as long as the hash's cost says; never call it where requests are served.
    func matches(_ password: String) -> Bool {
        switch self {
        case .argon2id(let text): Argon2id.matches(password, text)
        case .crypt(let text): CryptText.matches(password, text)
        case .pbkdf2(let hash): hash.matches(password)
        }
    }

    /// A refusal that says what the hash has to be.
    static func refusal(_ rule: String) -> MusterError {
        .invalid("password_hash", "\"password_hash\" \(rule)")
    }

    private static var unknownForm: MusterError {
        refusal("is of no form that is taken. Taken are \(forms).")
    }
}

/// A number in a hash: decimal, without sign and leading zeros, within bounds.
enum HashNumber {
    static func read(_ text: some StringProtocol, _ bounds: ClosedRange<Int>) -> Int? {
        let digits = text.utf8
        guard (1...9).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }),
            digits.first != 0x30 || digits.count == 1, let number = Int(text),
            bounds.contains(number)
        else { return nil }
        return number
    }
}

/// Base64 as it stands in hashes: with or without padding, and with `.` in place of `+`.
enum HashBase64 {
    static func decode(_ text: some StringProtocol, _ count: ClosedRange<Int>) -> [UInt8]? {
        let standard = String(text.map { $0 == "." ? "+" : $0 })
        let bare = standard.prefix { $0 != "=" }
        let padding = String(repeating: "=", count: (4 - bare.utf8.count % 4) % 4)
        guard standard == bare || standard == bare + padding,
            let data = Data(base64Encoded: bare + padding),
            data.base64EncodedString() == bare + padding, count.contains(data.count)
        else { return nil }
        return [UInt8](data)
    }
}
