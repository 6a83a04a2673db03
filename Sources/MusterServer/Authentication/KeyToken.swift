import FoundationEssentials
import MusterCore
import TextBytes

/// A pair of API keys in the field `Authorization`, for clients that have a place for one token, or for name and password.
enum KeyToken {
    /// How many digits each half has.
    private static let half = APIKeyPair.textLength
    /// The longest field that is read: a pair in base64, and the scheme before it.
    private static let maximumBytes = 512

    /// The pair; nil if the field holds something else, as a session's token.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid` where it says `Basic` and holds no pair.
    static func read(_ field: String?) throws(MusterError) -> Credentials? {
        guard let field, field.utf8.count <= maximumBytes else { return nil }
        let words = field.utf8.split(separator: UInt8(ascii: " "))
        guard words.count == 2, let scheme = String(words[0]), let text = String(words[1]) else {
            return nil
        }
        if scheme.hasSameFoldedBytes(as: "bearer") { return pair(text) }
        guard scheme.hasSameFoldedBytes(as: "basic") else { return nil }
        guard let bytes = Data(base64Encoded: text),
            let pair = pair(String(decoding: bytes, as: UTF8.self))
        else { throw .invalidCredentials }
        return pair
    }

    /// Reads both halves, one after the other or with a colon or dot between them.
    private static func pair(_ text: String) -> Credentials? {
        let bytes = Array(text.utf8)
        let isSplit = bytes.count == 2 * half + 1
        guard bytes.count == 2 * half || isSplit && ":.".utf8.contains(bytes[half]) else {
            return nil
        }
        let access = String(decoding: bytes[..<half], as: UTF8.self)
        let secret = String(decoding: bytes[(bytes.count - half)...], as: UTF8.self)
        guard Hex.isHex(access, count: half), Hex.isHex(secret, count: half) else { return nil }
        return .apiKeys(accessKey: access, secretKey: Secret(secret))
    }
}
