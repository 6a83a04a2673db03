import HTTPTypes
import MusterCore

/// Reads credentials from a request's header, as loosely as the clients write them.
enum CredentialsHeader {
    /// The credentials presented; nil where there are none.
    ///
    /// Keys come before tokens. `Authorization` with another scheme than `Bearer` (RFC 6750 section 2.1) is not
    /// for this server and passed over.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid` where a field is there and cannot be read.
    static func read(_ fields: HTTPFields) throws(MusterError) -> Credentials? {
        if let text = fields[.xAPIKeys] {
            return try apiKeys(text)
        }
        if let words = fields[.authorization]?.split(separator: " "),
            words.first?.lowercased() == "bearer"
        {
            guard words.count == 2 else { throw .invalidCredentials }
            return .session(token: Secret(String(words[1])))
        }
        if let text = fields[.xCookie] {
            guard let token = pairs(text).first(where: { $0.name == "token" })?.value else {
                throw .invalidCredentials
            }
            return .session(token: Secret(String(token)))
        }
        for cookies in fields[values: .cookie] {
            if let token = pairs(cookies).first(where: { $0.name == "token" })?.value {
                return .session(token: Secret(String(token)))
            }
        }
        return nil
    }

    /// Reads `accessKey=...; secretKey=...`: names in any case and order, blanks and empty parts ignored.
    private static func apiKeys(_ text: String) throws(MusterError) -> Credentials {
        let pairs = pairs(text)
        let access = pairs.first { $0.name == "accesskey" }?.value
        let secret = pairs.first { $0.name == "secretkey" }?.value
        guard let access, let secret, Hex.isHex(access, count: APIKeyPair.textLength),
            !secret.isEmpty
        else { throw .invalidCredentials }
        return .apiKeys(accessKey: String(access), secretKey: Secret(String(secret)))
    }

    private static func pairs(_ text: String) -> [(name: String, value: Substring)] {
        text.split(separator: ";").compactMap { part in
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { return nil }
            return (pair[0].trimmingBlanks.lowercased(), pair[1].trimmingBlanks)
        }
    }

    /// Reads `username=<name>` of `X-Impersonate`, the name up to the end; nil where there is no such field.
    ///
    /// - Throws: ``MusterError`` with code `access.impersonation_refused` where it cannot be read.
    static func impersonated(_ fields: HTTPFields) throws(MusterError) -> String? {
        guard let text = fields[.xImpersonate] else { return nil }
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, pair[0].trimmingBlanks.lowercased() == "username" else {
            throw MusterError(.impersonationRefused, "Forbidden")
        }
        return String(pair[1].trimmingBlanks)
    }
}
