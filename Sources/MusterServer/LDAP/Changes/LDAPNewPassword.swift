import LDAPWire
import MusterCore
import TextBytes

/// A password that a client writes, and the present one where it names it.
struct LDAPNewPassword: Sendable {
    private(set) var new: Secret<String>?
    private(set) var old: Secret<String>?

    /// Hashes that other directories take in the place of a password begin so.
    private static let schemes = [
        "sha", "ssha", "md5", "smd5", "crypt", "pbkdf2", "argon2", "cleartext",
    ]

    /// Takes a step of a change of `userPassword`: another value in the place of what there is, or the present one deleted and
    /// another one added.
    ///
    /// - Throws: ``LDAPResult``.
    static func take(
        _ kind: LDAPModify.Kind,
        _ values: [ArraySlice<UInt8>],
        into password: inout LDAPNewPassword?
    ) throws(LDAPResult) {
        var taken = password ?? LDAPNewPassword()
        guard values.count <= 1 else {
            throw LDAPResult(.constraintViolation, "a user has one password")
        }
        let text = try values.first.map(text)
        switch kind {
        case .delete where taken.new == nil && taken.old == nil: taken.old = text
        case .add where taken.new == nil, .replace where taken.new == nil:
            guard let text else { throw removal }
            try refuseHash(text)
            taken.new = text
        default: throw LDAPResult(.constraintViolation, "a user has one password")
        }
        password = taken
    }

    /// The password.
    ///
    /// - Throws: ``LDAPResult`` where there is only one that goes.
    func required() throws(LDAPResult) -> Secret<String> {
        guard let new else { throw Self.removal }
        return new
    }

    private static var removal: LDAPResult {
        LDAPResult(.unwillingToPerform, "a password is replaced, and not taken away")
    }

    private static func text(_ bytes: ArraySlice<UInt8>) throws(LDAPResult) -> Secret<String> {
        guard !bytes.isEmpty, bytes.count <= TextLimit.password,
            let text = String(validating: bytes, as: UTF8.self)
        else {
            throw LDAPResult(
                .constraintViolation,
                "a password has 1 to \(TextLimit.password) bytes of UTF-8"
            )
        }
        return Secret(text)
    }

    private static func refuseHash(_ password: Secret<String>) throws(LDAPResult) {
        let isHash = password.withExposedValue { text in
            guard text.utf8.first == UInt8(ascii: "{"),
                let end = text.utf8.prefix(32).firstIndex(of: UInt8(ascii: "}"))
            else { return false }
            let scheme = text.utf8[..<end].dropFirst().foldedBytes
            return schemes.contains { scheme.starts(with: $0.utf8) }
        }
        guard !isHash else {
            throw LDAPResult(
                .constraintViolation,
                "the password itself is wanted here; hashes are brought by muster users import"
            )
        }
    }
}
