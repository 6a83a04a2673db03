import TextBytes
public import WireJSON

/// How somebody goes on who has shown one thing and needs another: what stands beside the error of a refusal.
public struct LoginChallengeRecord: Sendable, Equatable {
    /// `factors`: by what, the strongest first: `webauthn`, `totp`, `sms`, `email`, `recovery`; a newer server may know more.
    public var factors: [String]
    /// `login`: the handle under which it goes on; nil if there is nothing to be finished.
    public var login: String?

    /// Builds a record.
    public init(factors: [String], login: String? = nil) {
        self.factors = factors
        self.login = login
    }

    /// Reads the members of a refusal; nil if it has none, or they are something else.
    public init?(in object: JSONObject) {
        guard case .array(let values)? = object["factors"], values.count <= 16 else { return nil }
        var factors: [String] = []
        for value in values {
            guard case .string(let text) = value, text.utf8.count <= TextLimit.word else {
                return nil
            }
            factors.append(text)
        }
        self.init(factors: factors)
        if case .string(let handle)? = object["login"], handle.utf8.count <= TextLimit.answer {
            login = handle
        }
    }

    /// Whether a factor is one of them.
    public func has(_ factor: String) -> Bool {
        factors.contains { $0.hasSameBytes(as: factor) }
    }
}

/// What a login was finished with: the answer to `POST /logins/{login}`.
public struct FinishedLoginRecord: Sendable, Equatable {
    /// `token`: of the session that has begun; shown this once.
    public var token: String
    /// `recovery_codes_left`: where a recovery code was used.
    public var recoveryCodesLeft: Int64?

    /// Builds a record.
    public init(token: String, recoveryCodesLeft: Int64? = nil) {
        self.token = token
        self.recoveryCodesLeft = recoveryCodesLeft
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("token", token)
            if let recoveryCodesLeft { json.member("recovery_codes_left", recoveryCodesLeft) }
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        token = try fields.text("token").required("token")
        recoveryCodesLeft = try fields.optionalNumber("recovery_codes_left")
    }
}
