import TextBytes
public import WireJSON

/// The body of the calls that change one's own factors: the password, and what the factor is called.
public struct FactorBody: Sendable, Equatable {
    /// `label`.
    public var label: String?
    /// `password`: the caller's own, where its session is older than five minutes.
    public var password: String?

    /// Builds a body.
    public init(label: String? = nil, password: String? = nil) {
        self.label = label
        self.password = password
    }

    /// Reads a body.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["label", "password"])
        label = try fields.optionalText("label")
        password = try fields.optionalText("password", upTo: TextLimit.passwordField)
    }

    /// Writes the members that are said.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            if let label { json.member("label", label) }
            if let password { json.member("password", password) }
        }
    }
}

/// The body of the calls that need nothing but the password, if that: `{"password"}`.
public struct PasswordBody: Sendable, Equatable {
    /// `password`: the caller's own, where its session is older than five minutes.
    public var password: String?

    /// Builds a body.
    public init(password: String? = nil) {
        self.password = password
    }

    /// Reads a body.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["password"])
        password = try fields.optionalText("password", upTo: TextLimit.passwordField)
    }

    /// Writes the body.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            if let password { json.member("password", password) }
        }
    }
}

/// The body of a code: `{"code"}`.
public struct CodeBody: Sendable, Equatable {
    /// `code`.
    public var code: String

    /// Builds a body.
    public init(code: String) {
        self.code = code
    }

    /// Reads a body.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["code"])
        code = try fields.requiredText("code")
    }

    /// Writes the body.
    public func write(to json: inout JSONWriter) {
        json.object { $0.member("code", code) }
    }
}

/// The body that finishes a login: a code, or what a passkey has signed.
public enum LoginAnswerBody: Sendable, Equatable {
    /// `code`.
    case code(String)
    /// `credential`.
    case credential(AssertionRecord)

    /// Reads a body.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["code", "credential"])
        guard let credential = try fields.fields("credential") else {
            self = .code(try fields.requiredText("code"))
            return
        }
        guard !fields.has("code") else {
            throw FieldError("code", "is not allowed beside \"credential\"")
        }
        self = .credential(try AssertionRecord(credential))
    }
}

/// The body that asks for a code to be sent: `{"channel":"sms"}`.
public struct ChannelBody: Sendable, Equatable {
    /// `channel`.
    public var channel: String

    /// Builds a body.
    public init(channel: String) {
        self.channel = channel
    }

    /// Reads a body.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["channel"])
        channel = try fields.requiredText("channel", upTo: TextLimit.word)
    }

    /// Writes the body.
    public func write(to json: inout JSONWriter) {
        json.object { $0.member("channel", channel) }
    }
}
