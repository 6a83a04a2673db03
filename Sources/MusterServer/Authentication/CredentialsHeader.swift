import HTTPTypes
import MusterCore
import TextBytes

/// Reads credentials from a request's header, as loosely as the clients write them.
enum CredentialsHeader {
    /// The credentials presented; nil if there are none.
    ///
    /// Keys come before tokens. `Authorization` with another scheme than `Bearer` (RFC 6750 section 2.1) is not
    /// for this server and passed over.
    ///
    /// - Parameters:
    ///   - fields: The header's fields.
    ///   - keysAsToken: Whether a token may be both halves of a pair of API keys, one after the other, and `Basic`
    ///     (RFC 7617) is read as well, with the access key as the name.
    /// - Returns: The credentials; nil if there are none.
    /// - Throws: ``MusterError`` with code `credentials.invalid` where a field is there and cannot be read.
    static func read(
        _ fields: some HeaderFields,
        keysAsToken: Bool = false
    ) throws(MusterError) -> Credentials? {
        if let text = fields[.xAPIKeys] {
            return try apiKeys(text)
        }
        if keysAsToken, let pair = try KeyToken.read(fields[.authorization]) { return pair }
        if let words = bearer(fields) {
            guard words.count == 2 else { throw .invalidCredentials }
            return .session(token: Secret(String(Substring(words[1]))))
        }
        if let text = fields[.xCookie] {
            guard let token = value("token", in: text) else {
                throw .invalidCredentials
            }
            return .session(token: Secret(token))
        }
        return cookie(fields).map { .session(token: Secret($0)) }
    }

    /// Whether the credentials that ``read(_:)`` judges come from a cookie, which browsers send until they are
    /// told to forget it.
    static func isCookie(_ fields: some HeaderFields) -> Bool {
        fields[.xAPIKeys] == nil && bearer(fields) == nil && fields[.xCookie] == nil
            && cookie(fields) != nil
    }

    private static func bearer(_ fields: some HeaderFields) -> [Substring.UTF8View]? {
        guard let words = fields[.authorization]?.utf8.split(separator: UInt8(ascii: " ")),
            words.first?.isEqual(to: "bearer") == true
        else { return nil }
        return words
    }

    private static func cookie(_ fields: some HeaderFields) -> String? {
        for cookies in fields.values(of: .cookie) {
            if let token = value("token", in: cookies) { return token }
        }
        return nil
    }

    /// Reads `accessKey=...; secretKey=...`: names in any case and order, blanks and empty parts ignored.
    private static func apiKeys(_ text: String) throws(MusterError) -> Credentials {
        var (access, secret): (String?, String?)
        visit(text) { name, value in
            if access == nil, name.isEqual(to: "accesskey") {
                access = String(decoding: value, as: UTF8.self)
            } else if secret == nil, name.isEqual(to: "secretkey") {
                secret = String(decoding: value, as: UTF8.self)
            }
            return access == nil || secret == nil
        }
        guard let access, let secret, Hex.isHex(access, count: APIKeyPair.textLength),
            !secret.isEmpty
        else { throw .invalidCredentials }
        return .apiKeys(accessKey: access, secretKey: Secret(secret))
    }

    /// The first value under a name in `name=value; name=value`; nil if there is none.
    private static func value(_ name: StaticString, in text: String) -> String? {
        var found: String?
        visit(text) { other, value in
            if other.isEqual(to: name) { found = String(decoding: value, as: UTF8.self) }
            return found == nil
        }
        return found
    }

    /// Calls `body` with the name and the value of each part of `name=value; name=value` that has both, until it returns false.
    private static func visit(
        _ text: String,
        _ body: (Slice<UnsafeBufferPointer<UInt8>>, Slice<UnsafeBufferPointer<UInt8>>) -> Bool
    ) {
        var text = text
        text.withUTF8 { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = rest.prefix { $0 != UInt8(ascii: ";") }
                rest = rest[part.endIndex...].dropFirst()
                guard let sign = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
                let value = part[(sign + 1)...].trimmingBlanks
                guard body(part[..<sign].trimmingBlanks, value) else { return }
            }
        }
    }

    /// Reads `username=<name>` of `X-Impersonate`, the name up to the end; nil if there is no such field.
    ///
    /// - Throws: ``MusterError`` with code `access.impersonation_refused` where it cannot be read.
    static func impersonated(_ fields: HTTPFields) throws(MusterError) -> String? {
        guard let text = fields[.xImpersonate] else { return nil }
        let refusal = MusterError(.impersonationRefused, "Forbidden")
        guard let sign = text.utf8.firstIndex(of: UInt8(ascii: "=")),
            text.utf8[..<sign].trimmingBlanks.isEqual(to: "username")
        else { throw refusal }
        let name = text.utf8[sign...].dropFirst().trimmingBlanks
        // Nobody has a longer name.
        guard name.count <= TextLimit.username else { throw refusal }
        return String(Substring(name))
    }
}
