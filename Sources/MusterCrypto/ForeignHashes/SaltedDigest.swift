import CSodium
import Crypto
import FoundationEssentials
import MusterCore

/// A form of hashes that is guessed at too fast to be taken without being asked for.
public enum WeakHashForm: String, CaseIterable, Sendable {
    /// `{SSHA256}`, SHA-256 of password and salt.
    case ssha256 = "SSHA256"
    /// `{SSHA512}`, SHA-512 of password and salt.
    case ssha512 = "SSHA512"
}

/// One digest of a password and a salt, as OpenLDAP's pw-sha2 and 389-ds write it: base64 of the digest and the salt.
struct SaltedDigest: Sendable {
    /// OpenLDAP and 389-ds make salts of eight bytes; others are seen from four to sixteen.
    private static let saltCounts = 4...64

    let form: WeakHashForm
    private let digest: [UInt8]
    private let salt: [UInt8]

    /// Reads what stands after the scheme's name.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, field `password_hash`.
    init(_ form: WeakHashForm, _ text: ArraySlice<UInt8>) throws(MusterError) {
        let count = form == .ssha512 ? SHA512.byteCount : SHA256.byteCount
        let counts =
            count + SaltedDigest.saltCounts.lowerBound...count
            + SaltedDigest.saltCounts.upperBound
        guard let bytes = HashBase64.decode(text, counts) else {
            throw ForeignHash.refusal(
                """
                is not {\(form.rawValue)} and the base64 of a digest of \(count) bytes and a salt of \
                \(SaltedDigest.saltCounts.lowerBound) to \(SaltedDigest.saltCounts.upperBound)
                """
            )
        }
        self.form = form
        digest = Array(bytes.prefix(count))
        salt = Array(bytes.dropFirst(count))
    }

    func matches(_ password: String) -> Bool {
        let text = Array(password.utf8) + salt
        let made =
            form == .ssha512 ? Array(SHA512.hash(data: text)) : Array(SHA256.hash(data: text))
        return sodium_memcmp(made, digest, digest.count) == 0
    }

    /// The lower-case hexadecimal SHA-256 of a password, which Django gives to bcrypt in its place.
    static func hexSHA256(_ password: String) -> [UInt8] {
        Array(Hex.text(Array(SHA256.hash(data: Array(password.utf8)))).utf8)
    }
}
