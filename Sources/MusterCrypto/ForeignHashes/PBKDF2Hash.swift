import CSodium
import Crypto
import CryptoExtras
import FoundationEssentials
import MusterCore

/// A PBKDF2 hash (RFC 8018 section 5.2) in one of the texts in which it is kept.
///
/// - passlib: `$pbkdf2-sha256$29000$salt$hash`
/// - PHC: `$pbkdf2-sha256$i=600000,l=32$salt$hash`
/// - Django: `pbkdf2_sha256$600000$salt$hash`, where the salt is a text
/// - OpenLDAP's pw-pbkdf2, and 389-ds: `{PBKDF2-SHA256}10000$salt$hash`
/// - 389-ds: `{PBKDF2_SHA256}` and one base64 of the iterations, 64 bytes of salt and 256 of hash
struct PBKDF2Hash: Sendable, Equatable {
    /// The iterations: NIST SP 800-132 section 5.2 asks for 1,000 at least, OWASP's Password Storage Cheat Sheet
    /// of 2025 for 600,000 with SHA-256.
    static let iterations = 1000...999_999_999

    let isSHA512: Bool
    let rounds: Int
    let salt: [UInt8]
    let hash: [UInt8]

    /// Reads a text; nil if it is none of the forms without braces.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid` where it begins like one but is out of bounds.
    init?(parsing text: [UInt8]) throws(MusterError) {
        guard let form = PBKDF2Hash.forms.first(where: { text.begins(with: $0.prefix) }) else {
            return nil
        }
        try self.init(
            parts: Array(text.dropFirst(form.prefix.utf8CodeUnitCount)).hashParts,
            named: "\(form.prefix)",
            isSHA512: form.isSHA512,
            hasTextSalt: form.hasTextSalt
        )
    }

    /// Reads what stands after the scheme's name in a directory, `10000$salt$hash`.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    init(directory text: [UInt8], isSHA512: Bool) throws(MusterError) {
        let name = isSHA512 ? "{PBKDF2-SHA512}" : "{PBKDF2-SHA256}"
        try self.init(parts: text.hashParts, named: name, isSHA512: isSHA512, hasTextSalt: false)
    }

    /// Reads what stands after `{PBKDF2_SHA256}`.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    init(packed text: ArraySlice<UInt8>) throws(MusterError) {
        guard let bytes = HashBase64.decode(text, 324...324) else {
            throw ForeignHash.refusal("is not {PBKDF2_SHA256} and the base64 of 324 bytes")
        }
        // The number is big-endian.
        let rounds = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        guard PBKDF2Hash.iterations.contains(rounds) else { throw PBKDF2Hash.badRounds }
        isSHA512 = false
        self.rounds = rounds
        salt = Array(bytes[4..<68])
        hash = Array(bytes[68...])
    }

    private init(
        parts: [ArraySlice<UInt8>],
        named name: String,
        isSHA512: Bool,
        hasTextSalt: Bool
    ) throws(MusterError) {
        guard parts.count == 3, let hash = HashBase64.decode(parts[2], 16...64) else {
            throw ForeignHash.refusal("is not PBKDF2, \(name)iterations$salt$hash in base64")
        }
        // A hash that lost its end opens to its password, too, since it is the beginning of what PBKDF2 gives; so one
        // of another length than its digest's has to be whole to the last bit.
        let isWhole = hash.count == (isSHA512 ? 64 : 32) || HashBase64.isCanonical(parts[2])
        guard isWhole else {
            throw ForeignHash.refusal("has a PBKDF2 hash that is cut off")
        }
        var count = parts[0]
        if name.hasPrefix("$"), count.begins(with: "i=") {
            count = count.dropFirst(2)
            if let comma = count.firstIndex(of: UInt8(ascii: ",")) {
                guard count[comma...].elementsEqual(",l=\(hash.count)".utf8) else {
                    throw ForeignHash.refusal("has a PBKDF2 length other than its hash's")
                }
                count = count[..<comma]
            }
        }
        guard let rounds = HashNumber.read(count, PBKDF2Hash.iterations) else {
            throw PBKDF2Hash.badRounds
        }
        // RFC 8018 section 4.1 asks for salts of eight bytes at least.
        let salt = hasTextSalt ? Array(parts[1]) : HashBase64.decode(parts[1], 8...128) ?? []
        guard (8...128).contains(salt.count) else {
            throw ForeignHash.refusal("must have a PBKDF2 salt of 8 to 128 bytes")
        }
        self.isSHA512 = isSHA512
        self.rounds = rounds
        self.salt = salt
        self.hash = hash
    }

    private static var badRounds: MusterError {
        ForeignHash.refusal(
            """
            must have from \(iterations.lowerBound) to \(iterations.upperBound) iterations of PBKDF2
            """
        )
    }

    /// What a check has to do.
    ///
    /// A hash that is longer than the digest takes as many digests, each of all iterations (RFC 8018 section 5.2).
    var work: HashWork {
        let digest = isSHA512 ? 64 : 32
        let blocks = (hash.count + digest - 1) / digest
        return HashWork(
            scheme: isSHA512 ? .pbkdf2SHA512 : .pbkdf2SHA256,
            count: Double(rounds) * Double(blocks)
        )
    }

    func matches(_ password: String) -> Bool {
        let key = PBKDF2Hash.derive(
            password,
            salt: salt,
            rounds: rounds,
            isSHA512: isSHA512,
            count: hash.count
        )
        return key.map { sodium_memcmp($0, hash, hash.count) == 0 } ?? false
    }

    /// The key that a password gives; nil if it cannot be computed.
    static func derive(
        _ password: String,
        salt: [UInt8],
        rounds: Int,
        isSHA512: Bool,
        count: Int
    ) -> [UInt8]? {
        let key = try? KDF.Insecure.PBKDF2.deriveKey(
            from: Array(password.utf8),
            salt: salt,
            using: isSHA512 ? .sha512 : .sha256,
            outputByteCount: count,
            unsafeUncheckedRounds: rounds
        )
        return key?.withUnsafeBytes { Array($0) }
    }

    private static let forms: [(prefix: StaticString, isSHA512: Bool, hasTextSalt: Bool)] = [
        ("$pbkdf2-sha256$", false, false),
        ("$pbkdf2-sha512$", true, false),
        ("pbkdf2_sha256$", false, true),
        ("pbkdf2_sha512$", true, true),
    ]
}
