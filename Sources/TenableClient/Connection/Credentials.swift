import ClientTransport
import NIOHTTP1

/// Who asks.
enum Credentials: Sendable {
    /// Nobody.
    case none
    /// A pair of API keys.
    case keys(access: Secret<String>, secret: Secret<String>)
    /// The token of a session.
    case token(Secret<String>)

    /// Checks a pair of API keys.
    ///
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/unusableOption``, which does not repeat them.
    static func keys(_ access: String, _ secret: String) throws(TenableError) -> Credentials {
        for key in [access, secret] {
            guard isPlain(key), !key.contains(";") else {
                throw .unusable("An API key is made of letters and digits, 64 in all.")
            }
        }
        return .keys(access: Secret(access), secret: Secret(secret))
    }

    /// Checks the token of a session.
    ///
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/unusableOption``, which does not repeat it.
    static func token(checking token: String) throws(TenableError) -> Credentials {
        guard isPlain(token), !token.contains(";") else {
            throw .unusable("The token of a session is made of letters and digits.")
        }
        return .token(Secret(token))
    }

    /// The header fields, with the user in whose place the request is made.
    func fields(impersonating name: String?) -> Secret<HTTPHeaders> {
        var fields: HTTPHeaders = [:]
        switch self {
        case .none: break
        case .keys(let access, let secret):
            access.withExposedValue { access in
                secret.withExposedValue { secret in
                    fields.add(
                        name: "X-ApiKeys",
                        value: "accessKey=\(access); secretKey=\(secret)"
                    )
                }
            }
        case .token(let token):
            token.withExposedValue { fields.add(name: "X-Cookie", value: "token=\($0)") }
        }
        if let name { fields.add(name: "X-Impersonate", value: "username=\(name)") }
        return Secret(fields)
    }

    /// Whether a text can stand in a header field; one that cannot would be shown by whoever complains.
    private static func isPlain(_ text: String) -> Bool {
        (1...4_096).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
