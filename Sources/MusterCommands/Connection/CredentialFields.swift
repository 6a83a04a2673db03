import ClientTransport
import MusterCore
import NIOHTTP1

/// Credentials on their way into a request.
enum CredentialFields {
    /// The header fields that show credentials; nil if there are none.
    ///
    /// - Throws: ``CommandError`` where they hold a character that could begin another field.
    static func fields(
        _ credentials: Credentials?,
        _ proof: Destination.Proof
    ) throws(CommandError) -> ClientTransport.Secret<HTTPHeaders>? {
        guard let credentials else { return nil }
        var fields = HTTPHeaders()
        let isClean: Bool
        switch credentials {
        // Commands never hold a console's; a server would refuse it like any other token that it does not know.
        case .session(let token), .consoleSession(let token):
            isClean = token.withExposedValue { token in
                fields.add(name: "Authorization", value: "Bearer \(token)")
                return isWord(token)
            }
        case .apiKeys(let access, let secret):
            isClean = secret.withExposedValue { secret in
                fields.add(name: "X-ApiKeys", value: "accessKey=\(access);secretKey=\(secret)")
                return isWord(access) && isWord(secret)
            }
        }
        guard isClean else { throw refusal(proof) }
        return ClientTransport.Secret(fields)
    }

    private static func isWord(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { (0x21..<0x7F).contains($0) && $0 != UInt8(ascii: ";") }
    }

    private static func refusal(_ proof: Destination.Proof) -> CommandError {
        let place =
            switch proof {
            case .environment(let names): names
            case .profile(let name): "The profile \(name)"
            case .typed: "What was typed"
            case .none, .local: "This login"
            }
        return CommandError(
            .configuration,
            "\(place): there are blanks or other characters in it that no key and no token has."
        )
    }
}
