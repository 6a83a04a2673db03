import TextBytes
public import WireJSON

/// A new session: the answer to `POST /sessions`, and the only time that its token is shown.
public struct IssuedSessionRecord: Sendable, Equatable {
    /// `token`: 64 hexadecimal digits, to be sent as `Authorization: Bearer`.
    public var token: String
    /// `user_id`.
    public var userID: Int64
    /// `username`.
    public var username: String
    /// `recovery_codes_left`: where a recovery code was used.
    public var recoveryCodesLeft: Int64?

    /// Builds a record.
    public init(token: String, userID: Int64, username: String, recoveryCodesLeft: Int64? = nil) {
        self.token = token
        self.userID = userID
        self.username = username
        self.recoveryCodesLeft = recoveryCodesLeft
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("token", token)
            json.member("user_id", userID)
            json.member("username", username)
            if let recoveryCodesLeft { json.member("recovery_codes_left", recoveryCodesLeft) }
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        token = try fields.text("token").required("token")
        userID = try fields.number("user_id").required("user_id")
        username = try fields.text("username").required("username")
        recoveryCodesLeft = try fields.optionalNumber("recovery_codes_left")
    }
}

/// A new pair of API keys: the answer to `PUT /users/{ref}/keys`, and the only time that it is shown.
public struct APIKeyPairRecord: Sendable, Equatable {
    /// `access_key`: 64 hexadecimal digits.
    public var accessKey: String
    /// `secret_key`: 64 hexadecimal digits.
    public var secretKey: String

    /// Builds a record.
    public init(accessKey: String, secretKey: String) {
        self.accessKey = accessKey
        self.secretKey = secretKey
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("access_key", accessKey)
            json.member("secret_key", secretKey)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        accessKey = try fields.text("access_key").required("access_key")
        secretKey = try fields.text("secret_key").required("secret_key")
    }
}
