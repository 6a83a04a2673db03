import MusterCore

/// A password hash in one of the forms that are taken from elsewhere.
///
/// The memory is bounded here, so that nobody brings a hash whose check takes all there is; how long a check may take
/// is a question to the machine. Everything that is not of a known form is refused: what cannot be read here could not
/// be checked at the login either.
struct ForeignHash: Sendable {
    /// Who checks it, and with what.
    private enum Check: Sendable {
        /// libsodium.
        case argon2(String)
        /// libcrypt.
        case crypt(CryptText)
        /// libcrypt, with the hexadecimal SHA-256 of the password in its place.
        case cryptOfDigest(CryptText)
        /// swift-crypto.
        case pbkdf2(PBKDF2Hash)
        /// libsodium.
        case scrypt(ScryptHash)
        /// swift-crypto.
        case salted(SaltedDigest)
    }

    /// The longest text that is read, in bytes; 389-ds writes 447.
    static let maximumLength = 512

    /// The forms, for the sentence with which others are refused.
    static let forms = """
        Argon2id and Argon2i ($argon2id$v=19$..., $argon2i$v=19$..., {ARGON2}..., argon2$argon2id$...), bcrypt ($2a$, $2b$, $2y$, {BCRYPT}..., \
        bcrypt$$2b$..., bcrypt_sha256$$2b$...), PBKDF2 with SHA-256 or SHA-512 ($pbkdf2-sha256$..., \
        pbkdf2_sha256$..., {PBKDF2-SHA256}..., {PBKDF2_SHA256}...), yescrypt ($y$j...), scrypt ($7$...), \
        SHA-512-crypt ($6$...) and SHA-256-crypt ($5$...), those of crypt(3) also after {CRYPT}; and, where \
        the setting password.import.weakForms names them, {SSHA256} and {SSHA512}
        """

    private let check: Check

    /// What a check of a short password has to do.
    let work: HashWork

    /// The name of the form where it is a weak one, which is taken only where the settings name it.
    var weakForm: WeakHashForm? {
        guard case .salted(let digest) = check else { return nil }
        return digest.form
    }

    /// Reads a hash.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`. The message never repeats the
    ///   hash.
    init(parsing text: String) throws(MusterError) {
        guard text.utf8.count <= ForeignHash.maximumLength,
            text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else {
            throw ForeignHash.refusal(
                "must have at most \(ForeignHash.maximumLength) printable ASCII characters"
            )
        }
        let bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "{") {
            try self.init(directory: bytes)
        } else if bytes.begins(with: "argon2$argon2id$") {
            try self.init(argon2: bytes.dropFirst("argon2".utf8.count))
        } else if bytes.begins(with: "bcrypt$$") {
            try self.init(crypt: bytes.dropFirst("bcrypt$".utf8.count), only: "$2")
        } else if bytes.begins(with: "bcrypt_sha256$$") {
            let inner = try CryptText(bcrypt: Array(bytes.dropFirst("bcrypt_sha256$".utf8.count)))
            self.init(.cryptOfDigest(inner), inner.work)
        } else if let hash = try PBKDF2Hash(parsing: bytes) {
            self.init(.pbkdf2(hash), hash.work)
        } else if bytes.begins(with: "$argon2i") {
            try self.init(argon2: bytes[...])
        } else {
            try self.init(crypt: bytes[...], only: "$")
        }
    }

    private init(_ check: Check, _ work: HashWork) {
        self.check = check
        self.work = work
    }

    /// Reads what stands in directories after the name of a scheme, which is a name without case (RFC 2307
    /// section 5.3).
    private init(directory text: [UInt8]) throws(MusterError) {
        guard let end = text.firstIndex(of: UInt8(ascii: "}")) else {
            throw ForeignHash.unknownForm
        }
        let name = String(decoding: text[1..<end], as: UTF8.self).uppercased()
        let rest = text[(end + 1)...]
        switch name {
        case "ARGON2" where rest.begins(with: "$argon2i"): try self.init(argon2: rest)
        case "BCRYPT": try self.init(crypt: rest, only: "$2")
        case "CRYPT": try self.init(crypt: rest, only: "$")
        case "PBKDF2-SHA256", "PBKDF2-SHA512":
            let hash = try PBKDF2Hash(directory: Array(rest), isSHA512: name.hasSuffix("512"))
            self.init(.pbkdf2(hash), hash.work)
        case "PBKDF2_SHA256":
            let hash = try PBKDF2Hash(packed: rest)
            self.init(.pbkdf2(hash), hash.work)
        default:
            guard let form = WeakHashForm(rawValue: name) else { throw ForeignHash.unknownForm }
            let digest = try SaltedDigest(form, rest)
            self.init(.salted(digest), HashWork(scheme: .saltedDigest, count: 1))
        }
    }

    private init(argon2 text: ArraySlice<UInt8>) throws(MusterError) {
        let work = try Argon2Text.check(Array(text))
        self.init(.argon2(String(decoding: text, as: UTF8.self)), work)
    }

    /// Reads the texts of crypt(3) that begin with `prefix`.
    private init(crypt slice: ArraySlice<UInt8>, only prefix: StaticString) throws(MusterError) {
        guard slice.begins(with: prefix) else { throw ForeignHash.unknownForm }
        let text = Array(slice)
        if text.begins(with: "$7$") {
            let hash = try ScryptHash(parsing: text)
            self.init(.scrypt(hash), hash.work)
            return
        }
        let crypt = try CryptText(parsing: text)
        self.init(.crypt(crypt), crypt.work)
    }

    /// Whether the password, as UTF-8 in this form, is the one that was hashed.
    ///
    /// Takes as long as the hash's cost says; never call it where requests are served.
    func matches(_ password: String) -> Bool {
        switch check {
        case .argon2(let text): Argon2id.matches(password, text)
        case .crypt(let text): text.matches(Array(password.utf8))
        case .cryptOfDigest(let text): text.matches(SaltedDigest.hexSHA256(password))
        case .pbkdf2(let hash): hash.matches(password)
        case .scrypt(let hash): hash.matches(password)
        case .salted(let digest): digest.matches(password)
        }
    }

    /// What a check of a password of so many bytes has to do.
    func work(passwordBytes: Int) -> HashWork {
        let blocks = CryptText.blocks(of: work.scheme, passwordBytes: passwordBytes)
        return HashWork(scheme: work.scheme, count: work.count * blocks)
    }
}
