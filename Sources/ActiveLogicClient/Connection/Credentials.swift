import ClientTransport
import NIOHTTP1

/// Who asks.
enum Credentials: Sendable {
    /// A pair of API keys.
    case keys(access: Secret<String>, secret: Secret<String>)
    /// The token of a session.
    case token(Secret<String>)

    /// Takes the token of a session; nil if it cannot be one.
    init?(token: String) {
        guard Credentials.isPlain(token) else { return nil }
        self = .token(Secret(token))
    }

    /// Takes a pair of API keys.
    ///
    /// - Throws: ``ActiveLogicError`` with code `option_invalid`, which does not repeat them.
    init(accessKey: String, secretKey: String) throws(ActiveLogicError) {
        for (field, key) in [("accessKey", accessKey), ("secretKey", secretKey)] {
            guard Credentials.isPlain(key), !key.utf8.contains(UInt8(ascii: ";")) else {
                throw .unusableKey(field)
            }
        }
        self = .keys(access: Secret(accessKey), secret: Secret(secretKey))
    }

    /// Whether a session was begun, which is to be ended.
    var isSession: Bool {
        if case .token = self { true } else { false }
    }

    /// The header fields.
    var fields: Secret<HTTPHeaders> {
        switch self {
        case .keys(let access, let secret):
            access.withExposedValue { access in
                secret.withExposedValue { secret in
                    Secret(["X-ApiKeys": "accessKey=\(access); secretKey=\(secret)"])
                }
            }
        case .token(let token):
            token.withExposedValue { Secret(["Authorization": "Bearer \($0)"]) }
        }
    }

    /// Whether a text can stand in a header field; one that cannot would be shown by whoever complains.
    private static func isPlain(_ text: String) -> Bool {
        (1...4_096).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
