import TextBytes
public import WireJSON

/// The body of `PUT .../two-factor`.
public struct TwoFactorRequest: Sendable, Equatable {
    /// `email_enabled`.
    public var isEmailEnabled: Bool
    /// `sms_enabled`.
    public var isSMSEnabled: Bool
    /// `sms_phone`.
    public var smsPhone: String?
    /// `password`: of one's own account, where that is the one that changes.
    public var password: String?

    /// Reads a body.
    ///
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        isEmailEnabled = try fields.requiredFlag("email_enabled")
        isSMSEnabled = try fields.requiredFlag("sms_enabled")
        smsPhone = try fields.text("sms_phone")
        password = try fields.text("password", upTo: TextLimit.passwordField)
    }
}

/// The body of `POST .../two-factor/send-verification`.
public struct SendVerificationRequest: Sendable, Equatable {
    /// `sms_phone`.
    public var smsPhone: String
    /// `password`.
    public var password: String?

    /// Reads a body.
    ///
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        smsPhone = try fields.requiredText("sms_phone")
        password = try fields.text("password", upTo: TextLimit.passwordField)
    }
}

/// The body of `POST .../two-factor/verify-code`.
public struct VerifyCodeRequest: Sendable, Equatable {
    /// `verification_code`.
    public var code: String

    /// Reads a body.
    ///
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        code = try fields.requiredText("verification_code", upTo: TextLimit.word)
    }
}
