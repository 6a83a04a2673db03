import TextBytes
public import WireJSON

/// A user's public key as the ActiveLogic dialect shows it.
public struct KeyRecord: Sendable, Equatable {
    /// `username`: whose key it is, by its present name.
    public var username: String
    /// `key`: the bare base64 of the blob.
    public var key: String
    /// `type`: the type word.
    public var type: String
    /// `fingerprint`: `SHA256:` and base64.
    public var fingerprint: String
    /// `added_at`, milliseconds since 1970.
    public var addedAt: Int64

    /// Builds a record.
    public init(username: String, key: String, type: String, fingerprint: String, addedAt: Int64) {
        self.username = username
        self.key = key
        self.type = type
        self.fingerprint = fingerprint
        self.addedAt = addedAt
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("username", username)
            json.member("key", key)
            json.member("type", type)
            json.member("fingerprint", fingerprint)
            json.member("added_at", addedAt)
        }
    }

    /// Reads a record; nil if it is something else.
    public init?(_ value: JSONValue) {
        guard case .object(let object) = value, let username = object["username"]?.text,
            let key = object["key"]?.text(upTo: TextLimit.keyField),
            key.utf8.allSatisfy({ $0 < 0x80 })
        else { return nil }
        var addedAt: Int64 = 0
        if case .integer(let number)? = object["added_at"] { addedAt = number }
        self.init(
            username: username,
            key: key,
            type: object["type"]?.text ?? "",
            fingerprint: object["fingerprint"]?.text ?? "",
            addedAt: addedAt
        )
    }
}
