import CCrypt
import CSodium
import MusterCore

/// The text of a crypt(3) hash that libcrypt checks.
struct CryptText: Sendable {
    /// The text as libcrypt would write it, without bits that belong to nothing.
    let text: [UInt8]
    /// What a check of a short password has to do.
    let work: HashWork
    /// How many bytes of a password count; nil means all.
    private let passwordBytes: Int?

    init(_ text: [UInt8], _ work: HashWork, passwordBytes: Int? = nil) {
        self.text = text
        self.work = work
        self.passwordBytes = passwordBytes
    }

    /// The cost of bcrypt, the binary logarithm of its rounds: all that exist.
    static let bcryptCost = 4...31
    /// The bytes of a password that bcrypt knows, as the programs do that make its hashes (crypt(5), "bcrypt").
    static let bcryptBytes = 72

    private static let bcryptKinds = ["2a", "2b", "2y"].map { Array($0.utf8) }

    /// Reads a text of any form that libcrypt checks here.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it is none.
    init(parsing text: [UInt8]) throws(MusterError) {
        if text.begins(with: "$2") {
            try self.init(bcrypt: text)
        } else if text.begins(with: "$5$") || text.begins(with: "$6$") {
            try self.init(sha: text)
        } else if text.begins(with: "$y$") {
            try self.init(yescrypt: text)
        } else {
            throw ForeignHash.unknownForm
        }
    }

    /// Reads a text of bcrypt.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it is none.
    init(bcrypt text: [UInt8]) throws(MusterError) {
        let parts = text.hashParts
        guard parts.count == 4, parts[0].isEmpty, CryptText.bcryptKinds.contains(Array(parts[1])),
            parts[2].count == 2, parts[3].count == 53, CryptDigits.areAll(parts[3])
        else {
            throw ForeignHash.refusal("is not bcrypt, $2b$cost$ and 53 characters of ./A-Za-z0-9")
        }
        let digits = parts[2].first == UInt8(ascii: "0") ? parts[2].dropFirst() : parts[2]
        guard let cost = HashNumber.read(digits, CryptText.bcryptCost) else {
            let bounds = CryptText.bcryptCost
            throw ForeignHash.refusal(
                "must have a bcrypt cost from \(bounds.lowerBound) to \(bounds.upperBound)"
            )
        }
        // 22 digits have four bits more than the 16 bytes of the salt, 31 two more than the 23 of the hash.
        var plain = text
        CryptDigits.mask(&plain[text.count - 32], 0x30, CryptDigits.bcrypt)
        CryptDigits.mask(&plain[text.count - 1], 0x3C, CryptDigits.bcrypt)
        self.init(plain, .bcrypt(cost: cost), passwordBytes: CryptText.bcryptBytes)
    }

    /// Whether the password has this hash.
    ///
    /// C texts end at their first NUL, so a password with one would be taken for its beginning.
    func matches(_ password: [UInt8]) -> Bool {
        guard !password.contains(0) else { return false }
        var phrase = Array(password.prefix(passwordBytes ?? password.count)) + [0]
        let setting = text + [0]
        let size = MemoryLayout<crypt_data>.size
        let state = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        state.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        defer {
            sodium_memzero(state, size)
            sodium_memzero(&phrase, phrase.count)
            state.deallocate()
        }
        let output = phrase.withUnsafeBytes { phrase in
            setting.withUnsafeBytes { setting in
                crypt_rn(
                    phrase.baseAddress?.assumingMemoryBound(to: CChar.self),
                    setting.baseAddress?.assumingMemoryBound(to: CChar.self),
                    state,
                    CInt(size)
                )
            }
        }
        guard let output else { return false }
        return String(cString: output).utf8.count == text.count
            && sodium_memcmp(output, text, text.count) == 0
    }
}
