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
            return crypto_pwhash_str_alg(
                &output,
                text,
                UInt64(text.utf8.count),
                UInt64(parameters.iterations),
                parameters.memoryBytes,
                crypto_pwhash_ALG_ARGON2ID13
            )
        }
        guard status == 0 else { return nil }
        return PasswordHash(
            String(decoding: output.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
        )
    }

    func check(_ password: Secret<String>, against hash: PasswordHash) -> PasswordCheck {
        let status = password.withExposedValue { password in
            let text = Argon2id.prepared(password)
            return crypto_pwhash_str_verify(hash.text, text, UInt64(text.utf8.count))
        }
        guard status == 0 else { return .wrong }
        let isOutdated = crypto_pwhash_str_needs_rehash(
            hash.text,
            UInt64(parameters.iterations),
            parameters.memoryBytes
        )
        return isOutdated == 0 ? .right : .rightButOutdated
    }

    /// The text in Unicode form NFC (RFC 8265 section 4.2.2), so that the same password typed on another
    /// keyboard is the same bytes.
    private static func prepared(_ password: String) -> String {
        password.precomposedStringWithCanonicalMapping
    }
}
