import MusterCore

extension CryptText {
    /// The rounds of SHA-256-crypt and SHA-512-crypt: all that exist (crypt(5), "sha512crypt").
    static let shaRounds = 1000...999_999_999
    /// The rounds where the text names none.
    static let shaDefaultRounds = 5000

    /// Reads a text of SHA-256-crypt or SHA-512-crypt, which begins with `$5$` or `$6$`.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it is none.
    init(sha text: [UInt8]) throws(MusterError) {
        let isSHA512 = text.begins(with: "$6$")
        let name = isSHA512 ? "SHA-512-crypt" : "SHA-256-crypt"
        var count = CryptText.shaDefaultRounds
        var parts = text.hashParts.dropFirst(2)
        if let rounds = parts.first, rounds.begins(with: "rounds=") {
            parts = parts.dropFirst()
            guard let named = HashNumber.read(rounds.dropFirst(7), CryptText.shaRounds) else {
                let bounds = CryptText.shaRounds
                throw ForeignHash.refusal(
                    "must have from \(bounds.lowerBound) to \(bounds.upperBound) rounds of \(name)"
                )
            }
            count = named
        }
        let digits = isSHA512 ? 86 : 43
        guard parts.count == 2, let salt = parts.first, let hash = parts.last,
            (1...16).contains(salt.count), CryptDigits.areAll(salt),
            hash.count == digits, CryptDigits.areAll(hash)
        else {
            throw ForeignHash.refusal(
                "is not \(name), \(isSHA512 ? "$6$" : "$5$")salt$ and \(digits) characters of ./0-9A-Za-z"
            )
        }
        // The last digit holds what is left of 64 bytes, two bits, or of 32, four.
        var plain = text
        CryptDigits.mask(&plain[text.count - 1], isSHA512 ? 0x03 : 0x0F, CryptDigits.common)
        let scheme = isSHA512 ? HashScheme.sha512Crypt : .sha256Crypt
        self.init(plain, HashWork(scheme: scheme, count: Double(count)))
    }

    /// How much longer a check takes with a password of so many bytes than with a short one.
    ///
    /// Each round of SHA-256-crypt and SHA-512-crypt hashes the digest of the one before, the salt and the password
    /// about twice, in blocks of 64 or 128 bytes of which 9 or 17 are padding (FIPS 180-4 section 5.1).
    static func blocks(of scheme: HashScheme, passwordBytes: Int) -> Double {
        switch scheme {
        case .sha512Crypt: max(1, Double(64 + 16 + 2 * passwordBytes + 17) / 128)
        case .sha256Crypt: max(1, Double(32 + 16 + 2 * passwordBytes + 9) / 64)
        default: 1
        }
    }
}
