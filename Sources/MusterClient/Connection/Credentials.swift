import ClientTransport
import NIOHTTP1

/// Header fields that say who asks.
enum Credentials {
    /// Checks a pair of API keys.
    ///
    /// - Throws: ``MusterClientError`` of kind ``MusterClientError/Kind/unusableOption``, which does not repeat them.
    static func keys(
        _ access: String,
        _ secret: String
    ) throws(MusterClientError) -> Secret<HTTPHeaders> {
        for key in [access, secret] {
            guard isPlain(key) else {
                throw .unusable("An API key is made of letters and digits, 64 in all.")
            }
        }
        return Secret(["X-ApiKeys": "accessKey=\(access);secretKey=\(secret)"])
    }

    /// Checks the token of a session.
    ///
    /// - Throws: ``MusterClientError`` of kind ``MusterClientError/Kind/unusableOption``, which does not repeat it.
    static func token(_ token: String) throws(MusterClientError) -> Secret<HTTPHeaders> {
        guard isPlain(token) else {
            throw .unusable("The token of a session is made of letters and digits, 64 in all.")
        }
        return Secret(["Authorization": "Bearer \(token)"])
    }

    /// Whether a text can stand in a header field; one that cannot would be shown by whoever complains.
    private static func isPlain(_ text: String) -> Bool {
        (1...4_096).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ";") }
    }
}
