import CSodium
import MusterCore

/// A hash of scrypt (RFC 7914) in crypt(3)'s text: `$7$`, one digit for the logarithm of N, five each for r and p, the
/// salt as it stands, and 43 digits.
///
/// libsodium computes it and not libcrypt, which refuses salts with other characters than its digits, while passlib
/// and its successor write them.
struct ScryptHash: Sendable {
    /// The most memory, 128 * N * r (RFC 7914 section 2): 256 MiB, as for Argon2id.
    static let maximumBytes = 268_435_456
    /// The most lanes; they are computed one after the other.
    static let maximumLanes = 16
    /// The digits of N, r and p.
    private static let costCount = 11

    private let logN: Int
    private let blocks: Int
    private let lanes: Int
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// Reads a text that begins with `$7$`.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`.
    init(parsing text: [UInt8]) throws(MusterError) {
        let rest = text.dropFirst(3)
        let parts = Array(rest).hashParts
        guard parts.count == 2, parts[0].count > ScryptHash.costCount, parts[1].count == 43,
            let hash = CryptDigits.bytes(parts[1])?.bytes,
            let logN = CryptDigits.number(parts[0].prefix(1)),
            let blocks = CryptDigits.number(parts[0].dropFirst(1).prefix(5)),
            let lanes = CryptDigits.number(parts[0].dropFirst(6).prefix(5))
        else {
            throw ForeignHash.refusal("is not scrypt, $7$ with its cost, a salt, $ and 43 digits")
        }
        guard (1...27).contains(logN), (1...65_536).contains(blocks),
            128 * blocks << logN <= ScryptHash.maximumBytes,
            (1...ScryptHash.maximumLanes).contains(lanes)
        else {
            throw ForeignHash.refusal(
                """
                must have a scrypt cost of at most 256 MiB, 128 * N * r, and p from 1 to \
                \(ScryptHash.maximumLanes)
                """
            )
        }
        salt = Array(parts[0].dropFirst(ScryptHash.costCount))
        self.logN = logN
        self.blocks = blocks
        self.lanes = lanes
        self.hash = hash
    }

    /// What a check has to do.
    var work: HashWork {
        HashWork(scheme: .scrypt, count: Double(blocks << logN) * Double(lanes))
    }

    func matches(_ password: String) -> Bool {
        let text = Array(password.utf8)
        var made = [UInt8](repeating: 0, count: hash.count)
        let status = crypto_pwhash_scryptsalsa208sha256_ll(
            text,
            text.count,
            salt,
            salt.count,
            1 << UInt64(logN),
            UInt32(blocks),
            UInt32(lanes),
            &made,
            made.count
        )
        return status == 0 && sodium_memcmp(made, hash, hash.count) == 0
    }
}
