import CSodium
import Foundation
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
            let text = Argon2id.prepared(password)
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
    func check(_ password: Secret<String>, against hash: PasswordHash) -> PasswordCheck {
        let isRight = password.withExposedValue { password in
            let text = Argon2id.prepared(password)
            let adopted = Argon2id.adopted(hash)
            let matches = { adopted?.matches($0) ?? Argon2id.matches($0, hash.text) }
            // Others hash what was typed, in whatever form.
            let isOtherForm = !text.utf8.elementsEqual(password.utf8)
            return matches(text) || isOtherForm && matches(password)
        }
        guard isRight else { return .wrong }
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

    /// The hash where it is of another's form; libsodium reads one's own without help.
    private static func adopted(_ hash: PasswordHash) -> AdoptedHash? {
        hash.text.hasPrefix("$argon2id$") ? nil : try? AdoptedHash(parsing: hash.text)
    }

    /// The text in Unicode form NFC (RFC 8265 section 4.2.2), so that the same password typed on another
    /// keyboard is the same bytes.
    static func prepared(_ password: String) -> String {
        password.precomposedStringWithCanonicalMapping
    }
}
