import TextBytes
public import WireJSON

/// The body of `PATCH /users/{ref}/two-factor`.
public struct SecondFactorBody: Sendable, Equatable {
    /// `email_enabled`: whether codes go to the e-mail address; nil leaves it.
    public var isEmailEnabled: Bool?
    /// `sms_enabled`: whether codes go to the phone; nil leaves it.
    public var isSMSEnabled: Bool?
    /// `sms_phone`; nil keeps the number that is known.
    public var phone: String?
    /// `password`: the caller's own, where it changes itself.
    public var password: String?

    /// Builds a body.
    public init(
        isEmailEnabled: Bool? = nil,
        isSMSEnabled: Bool? = nil,
        phone: String? = nil,
        password: String? = nil
    ) {
        self.isEmailEnabled = isEmailEnabled
        self.isSMSEnabled = isSMSEnabled
        self.phone = phone
        self.password = password
    }

    /// Reads a body; members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(
            object,
            only: ["email_enabled", "sms_enabled", "sms_phone", "password"]
        )
        isEmailEnabled = try fields.flag("email_enabled")
        isSMSEnabled = try fields.flag("sms_enabled")
        phone = try fields.text("sms_phone")
        password = try fields.text("password", upTo: TextLimit.passwordField)
    }

    /// Writes the members that are said.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            if let isEmailEnabled { json.member("email_enabled", isEmailEnabled) }
            if let isSMSEnabled { json.member("sms_enabled", isSMSEnabled) }
            if let phone { json.member("sms_phone", phone) }
            if let password { json.member("password", password) }
        }
    }
}

/// The body of `POST /users/{ref}/two-factor/send-verification`.
public struct SendVerificationBody: Sendable, Equatable {
    /// `sms_phone`.
    public var phone: String
    /// `password`: the caller's own, where the phone is its own.
    public var password: String?

    /// Builds a body.
    public init(phone: String, password: String? = nil) {
        self.phone = phone
        self.password = password
    }

    /// Reads a body; members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["sms_phone", "password"])
        phone = try fields.text("sms_phone").required("sms_phone")
        password = try fields.text("password", upTo: TextLimit.passwordField)
    }

    /// Writes the members that are said.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("sms_phone", phone)
            if let password { json.member("password", password) }
        }
    }
}

/// The body of `POST /users/{ref}/two-factor/verify-code`.
public struct VerifyCodeBody: Sendable, Equatable {
    /// `verification_code`.
    public var code: String

    /// Builds a body.
    public init(code: String) {
        self.code = code
    }

    /// Reads a body; members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["verification_code"])
        code = try fields.text("verification_code", upTo: TextLimit.word)
            .required("verification_code")
    }

    /// Writes the body.
    public func write(to json: inout JSONWriter) {
        json.object { $0.member("verification_code", code) }
    }
}
