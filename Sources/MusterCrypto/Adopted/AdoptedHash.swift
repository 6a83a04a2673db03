import MusterCore

/// A password hash in one of the forms that are taken from elsewhere.
///
/// The memory is bounded here, so that nobody brings a hash whose check takes all there is; how long a check may take
/// is a question to the machine. A hash that is no better than none is not taken. Everything that is not exactly of a known form is refused: what cannot
/// be read here could not be checked at the login either.
enum AdoptedHash {
    /// Argon2id, checked by libsodium.
    case argon2id(String, HashWork)
    /// bcrypt or SHA-512-crypt, checked by libcrypt.
    case crypt(String, HashWork)
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
        let bytes = Array(text.utf8)
        if bytes.begins(with: "$argon2id$") {
            self = .argon2id(text, try Argon2Text.check(bytes))
        } else if bytes.begins(with: "$2") {
            self = .crypt(text, try CryptText.checkBcrypt(bytes))
        } else if bytes.begins(with: "$6$") {
            self = .crypt(text, try CryptText.checkSHA512(bytes))
        } else if bytes.begins(with: "{CRYPT}") {
            let inner = String(text.dropFirst(7))
            guard inner.utf8.first == UInt8(ascii: "$"),
                case .crypt(_, let work) = try AdoptedHash(parsing: inner)
            else {
                throw AdoptedHash.unknownForm
            }
            self = .crypt(inner, work)
        } else if let hash = try PBKDF2Hash(parsing: bytes) {
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
        case .argon2id(let text, _): Argon2id.matches(password, text)
        case .crypt(let text, _): CryptText.matches(password, text)
        case .pbkdf2(let hash): hash.matches(password)
        }
    }

    /// What a check of a short password has to do.
    var work: HashWork {
        switch self {
        case .argon2id(_, let work), .crypt(_, let work): work
        case .pbkdf2(let hash): hash.work
        }
    }

    /// What a check of a password of so many bytes has to do.
    func work(passwordBytes: Int) -> HashWork {
        guard work.scheme == .sha512Crypt else { return work }
        let blocks = CryptText.sha512Blocks(passwordBytes: passwordBytes)
        return HashWork(scheme: .sha512Crypt, count: work.count * blocks)
    }

    /// The refusal of a hash whose check would take longer than `limit`.
    static func tooDear(_ time: Duration, limit: Duration) -> MusterError {
        refusal(
            """
            would take about \(milliseconds(time)) ms of this machine at each login, and at most \
            \(milliseconds(limit)) ms are allowed. Import the user without it and set a new password, or \
            raise the setting password.import.milliseconds.
            """
        )
    }

    private static func milliseconds(_ time: Duration) -> Int64 {
        let (seconds, attoseconds) = time.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
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
    static func read(_ digits: some Collection<UInt8>, _ bounds: ClosedRange<Int>) -> Int? {
        guard (1...9).contains(digits.count), digits.first != 0x30 || digits.count == 1 else {
            return nil
        }
        var number = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            number = number * 10 + Int(digit - 0x30)
        }
        return bounds.contains(number) ? number : nil
    }
}

/// Base64 as it stands in hashes (RFC 4648 section 4): with or without padding, and with `.` in place of `+`.
enum HashBase64 {
    /// How many bytes a text without padding stands for; nil where it is not the one text for them.
    static func count(_ text: some Collection<UInt8>) -> Int? {
        var last: UInt8 = 0
        for character in text {
            guard let value = value(of: character) else { return nil }
            last = value
        }
        // The bits of the last character that belong to no byte have to be zero.
        switch text.count % 4 {
        case 1: return nil
        case 2 where last & 0x0F != 0: return nil
        case 3 where last & 0x03 != 0: return nil
        default: return text.count * 6 / 8
        }
    }

    /// The bytes; nil where the text is not the one text for them, or they are too few or many.
    static func decode(_ text: ArraySlice<UInt8>, _ counts: ClosedRange<Int>) -> [UInt8]? {
        let bare = text.prefix { $0 != UInt8(ascii: "=") }
        let padding = text.count - bare.count
        guard padding == 0 || (text.count % 4 == 0 && padding <= 2), let count = count(bare),
            counts.contains(count)
        else { return nil }
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bits = 0
        for character in bare {
            pending = pending << 6 | UInt32(value(of: character) ?? 0)
            bits += 6
            guard bits >= 8 else { continue }
            bits -= 8
            bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
        }
        return text[bare.endIndex...].allSatisfy { $0 == UInt8(ascii: "=") } ? bytes : nil
    }

    private static func value(of character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - 0x41
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - 0x61 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - 0x30 + 52
        case UInt8(ascii: "+"), UInt8(ascii: "."): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}

extension Collection where Element == UInt8 {
    /// Whether these bytes begin with the text's.
    func begins(with text: StaticString) -> Bool {
        starts(with: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }
}

extension [UInt8] {
    /// The parts between dollar signs, also empty ones.
    var hashParts: [ArraySlice<UInt8>] {
        split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
    }
}
