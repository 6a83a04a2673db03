import CSodium
import MusterCore

/// Argon2id (RFC 9106) by libsodium, on the thread that calls.
///
/// Never call it where requests are served.
struct Argon2id: Sendable {
    let parameters: Argon2Parameters

    init(_ parameters: Argon2Parameters) {
        self.parameters = parameters
        _ = sodium_init()
    }

    func hash(_ password: Secret<String>) -> PasswordHash? {
        var output = [CChar](repeating: 0, count: Int(crypto_pwhash_STRBYTES))
        let status = password.withExposedValue { password in
            let text = PasswordForm.prepared(password)
            return HashingMemory.lend {
                crypto_pwhash_str_alg(
                    &output,
                    text,
                    UInt64(text.utf8.count),
                    UInt64(parameters.iterations),
                    parameters.memoryBytes,
                    crypto_pwhash_ALG_ARGON2ID13
                )
            }
        }
        guard status == 0 else { return nil }
        return PasswordHash(
            String(decoding: output.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        )
    }

    /// Checks a password against one's own hash or one from elsewhere, which is outdated in any case.
    ///
    /// A text that is longer than any password is wrong, after the same work.
    func check(_ password: Secret<String>, against hash: PasswordHash) -> PasswordCheck {
        let isRight = password.withExposedValue { password in
            guard PasswordForm.isWithinBounds(password) else {
                _ = Argon2id.matches("", against: hash)
                return false
            }
            let text = PasswordForm.prepared(password)
            // Others hash what was typed, in whatever form.
            let isOtherForm = !text.utf8.elementsEqual(password.utf8)
            return Argon2id.matches(text, against: hash)
                || isOtherForm && Argon2id.matches(password, against: hash)
        }
        guard isRight else { return .wrong }
        // libsodium compares the cost of Argon2i, too, whose hashes are never one's own.
        guard hash.text.utf8.starts(with: "$argon2id$".utf8) else { return .rightButOutdated }
        let isOutdated = crypto_pwhash_str_needs_rehash(
            hash.text,
            UInt64(parameters.iterations),
            parameters.memoryBytes
        )
        return isOutdated == 0 ? .right : .rightButOutdated
    }

    static func matches(_ password: String, _ hash: String) -> Bool {
        HashingMemory.lend {
            crypto_pwhash_str_verify(hash, password, UInt64(password.utf8.count)) == 0
        }
    }

    /// Whether a password has a hash of one's own, which libsodium reads without help, or one of another's form.
    private static func matches(_ password: String, against hash: PasswordHash) -> Bool {
        let isOwnForm = hash.text.utf8.starts(with: "$argon2id$".utf8)
        let foreign = isOwnForm ? nil : try? ForeignHash(parsing: hash.text)
        return foreign?.matches(password) ?? matches(password, hash.text)
    }
}
