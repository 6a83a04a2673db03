import CCrypt
import CSodium
import MusterCore

/// The texts of crypt(3) hashes, and their check by libcrypt.
enum CryptText {
    /// The cost of bcrypt, the binary logarithm of its rounds: all that exist.
    static let bcryptCost = 4...31
    /// The rounds of SHA-512-crypt: all that exist (crypt(5), "sha512crypt").
    static let sha512Rounds = 1000...999_999_999
    /// The rounds of SHA-512-crypt where the text names none.
    static let sha512DefaultRounds = 5000

    /// How much longer a check by SHA-512-crypt takes with a password of so many bytes than with a short one.
    ///
    /// Each round hashes the digest of the one before, the salt and the password about twice, in blocks of 128 bytes
    /// of which 17 are padding (FIPS 180-4 section 5.1.2).
    static func sha512Blocks(passwordBytes: Int) -> Double {
        max(1, Double(64 + 16 + 2 * passwordBytes + 17) / 128)
    }

    private static let alphabet = Set(
        "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
    )

    private static let kinds = ["2a", "2b", "2y"].map { Array($0.utf8) }

    /// The work that a text of bcrypt asks for.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it is none.
    static func checkBcrypt(_ text: [UInt8]) throws(MusterError) -> HashWork {
        let parts = text.hashParts
        guard parts.count == 4, kinds.contains(Array(parts[1])), parts[2].count == 2,
            parts[3].count == 53, parts[3].allSatisfy(alphabet.contains)
        else {
            throw AdoptedHash.refusal("is not bcrypt, $2b$cost$ and 53 characters of ./A-Za-z0-9")
        }
        let cost = parts[2].first == UInt8(ascii: "0") ? parts[2].dropFirst() : parts[2]
        guard let cost = HashNumber.read(cost, bcryptCost) else {
            throw AdoptedHash.refusal(
                "must have a bcrypt cost from \(bcryptCost.lowerBound) to \(bcryptCost.upperBound)"
            )
        }
        return .bcrypt(cost: cost)
    }

    /// The work that a text of SHA-512-crypt asks for.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it is none.
    static func checkSHA512(_ text: [UInt8]) throws(MusterError) -> HashWork {
        var count = sha512DefaultRounds
        var parts = text.hashParts.dropFirst(2)
        if let rounds = parts.first, rounds.begins(with: "rounds=") {
            parts = parts.dropFirst()
            guard let named = HashNumber.read(rounds.dropFirst(7), sha512Rounds) else {
                throw AdoptedHash.refusal(
                    """
                    must have from \(sha512Rounds.lowerBound) to \(sha512Rounds.upperBound) rounds of \
                    SHA-512-crypt
                    """
                )
            }
            count = named
        }
        guard parts.count == 2, let salt = parts.first, let hash = parts.last,
            (1...16).contains(salt.count), salt.allSatisfy(alphabet.contains),
            hash.count == 86, hash.allSatisfy(alphabet.contains)
        else {
            throw AdoptedHash.refusal(
                "is not SHA-512-crypt, $6$salt$ and 86 characters of ./0-9A-Za-z"
            )
        }
        return HashWork(scheme: .sha512Crypt, count: Double(count))
    }

    /// Whether the password has this hash.
    ///
    /// C texts end at their first NUL, so a password with one would be taken for its beginning.
    static func matches(_ password: String, _ text: String) -> Bool {
        guard !password.utf8.contains(0) else { return false }
        let size = MemoryLayout<crypt_data>.size
        let state = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        state.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        defer {
            sodium_memzero(state, size)
            state.deallocate()
        }
        guard let output = crypt_rn(password, text, state, CInt(size)) else { return false }
        let count = text.utf8.count
        return String(cString: output).utf8.count == count
            && sodium_memcmp(output, text, count) == 0
    }
}
