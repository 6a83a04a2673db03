import TextBytes

/// The body of `POST /users`.
public struct CreateUserRequest: Sendable, Equatable {
    /// `username`.
    public var username: String
    /// `password`.
    public var password: String
    /// `permissions`; nil where the caller leaves the role to the server.
    public var permissions: Int64?
    /// `name`.
    public var name: String?
    /// `email`.
    public var email: String?

    /// Reads a body.
    ///
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        username = try payload.requiredString("username")
        password = try payload.requiredString("password", upTo: TextLimit.passwordField)
        permissions = try payload.integer("permissions")
        name = try payload.string("name")
        email = try payload.string("email")
        if let type = try payload.string("type"), ByteText(type) != "local" {
            throw PayloadError(field: "type", rule: "must be one of [local]")
        }
    }
}

/// The body of `PUT /users/{id}` and `PUT /session`.
public struct EditUserRequest: Sendable, Equatable {
    /// `permissions`.
    public var permissions: Int64?
    /// `name`.
    public var name: String?
    /// `email`.
    public var email: String?
    /// `enabled`.
    public var isEnabled: Bool?
    /// `current_password`: needed where the address of one's own account changes.
    public var currentPassword: String?

    /// Reads a body.
    ///
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        permissions = try payload.integer("permissions")
        name = try payload.string("name")
        email = try payload.string("email")
        isEnabled = try payload.bool("enabled")
        currentPassword = try payload.string(
            "current_password",
            upTo: TextLimit.passwordField
        )
    }
}

/// The body of `PUT /users/{id}/enabled`.
public struct EnabledRequest: Sendable, Equatable {
    /// `enabled`.
    public var isEnabled: Bool

    /// Reads a body.
    ///
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        isEnabled = try payload.requiredBool("enabled")
    }
}

/// The body of `PUT .../chpasswd`.
public struct ChangePasswordRequest: Sendable, Equatable {
    /// `password`: the new one.
    public var password: String
    /// `current_password`.
    public var currentPassword: String?
    /// `temporary`.
    public var isTemporary: Bool

    /// Reads a body.
    ///
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        password = try payload.requiredString("password", upTo: TextLimit.passwordField)
        currentPassword = try payload.string(
            "current_password",
            upTo: TextLimit.passwordField
        )
        isTemporary = try payload.bool("temporary") ?? false
    }
}

/// The body of `PUT /users/{id}/authorizations`.
public struct AuthorizationsRequest: Sendable, Equatable {
    /// `api_permitted`.
    public var isAPIPermitted: Bool
    /// `password_permitted`.
    public var isPasswordPermitted: Bool
    /// `saml_permitted`.
    public var isSAMLPermitted: Bool
    /// `mfa_enrollment_required`.
    public var isSecondFactorRequired: Bool?

    /// Reads a body.
    ///
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        isAPIPermitted = try payload.requiredBool("api_permitted")
        isPasswordPermitted = try payload.requiredBool("password_permitted")
        isSAMLPermitted = try payload.requiredBool("saml_permitted")
        isSecondFactorRequired = try payload.bool("mfa_enrollment_required")
    }
}

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
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        isEmailEnabled = try payload.requiredBool("email_enabled")
        isSMSEnabled = try payload.requiredBool("sms_enabled")
        smsPhone = try payload.string("sms_phone")
        password = try payload.string("password", upTo: TextLimit.passwordField)
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
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        smsPhone = try payload.requiredString("sms_phone")
        password = try payload.string("password", upTo: TextLimit.passwordField)
    }
}

/// The body of `POST .../two-factor/verify-code`.
public struct VerifyCodeRequest: Sendable, Equatable {
    /// `verification_code`.
    public var code: String

    /// Reads a body.
    ///
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        code = try payload.requiredString("verification_code", upTo: TextLimit.word)
    }
}
