import TextBytes
public import WireJSON

/// A user's public key in the native API.
public struct SSHKeyRecord: Sendable, Equatable {
    /// `username`: whose key it is, by its present name.
    public var username: String
    /// `key`: the bare base64 of the blob (RFC 4253 section 6.6).
    public var key: String
    /// `type`: the word before the base64, such as `ssh-ed25519`.
    public var type: String
    /// `fingerprint`: `SHA256:` and base64, as `ssh-keygen -l` shows it.
    public var fingerprint: String
    /// `added_at`, in milliseconds since 1970 in UTC.
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

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        username = try fields.text("username").required("username")
        key = try fields.text("key", upTo: TextLimit.keyField).required("key")
        type = try fields.text("type").required("type")
        fingerprint = try fields.text("fingerprint").required("fingerprint")
        addedAt = try fields.number("added_at").required("added_at")
    }
}

/// The body of `POST /users/{ref}/ssh-keys`.
public struct SSHKeyBody: Sendable, Equatable {
    /// `key`: the line of a `.pub` file, or the base64 alone.
    public var key: String
    /// `password`: the caller's own, where it gives itself a key in a session that is older than five minutes.
    public var password: String?

    /// Builds a body.
    public init(key: String, password: String? = nil) {
        self.key = key
        self.password = password
    }

    /// Reads a body; members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["key", "password"])
        key = try fields.text("key", upTo: TextLimit.keyField).required("key")
        password = try fields.optionalText("password", upTo: TextLimit.passwordField)
    }

    /// Writes the body.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("key", key)
            if let password { json.member("password", password) }
        }
    }
}
