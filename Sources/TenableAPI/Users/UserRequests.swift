import TextBytes
public import WireJSON

/// The body of `POST /users`.
public struct CreateUserRequest: Sendable, Equatable {
    /// `username`.
    public var username: String
    /// `password`.
    public var password: String
    /// `permissions`; nil if the caller leaves the role to the server.
    public var permissions: Int64?
    /// `name`.
    public var name: String?
    /// `email`.
    public var email: String?

    /// Reads a body.
    ///
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        username = try fields.requiredText("username")
        password = try fields.requiredText("password", upTo: TextLimit.passwordField)
        permissions = try fields.integer("permissions")
        name = try fields.text("name")
        email = try fields.text("email")
        if let type = try fields.text("type"), ByteText(type) != "local" {
            throw TenableFieldError(field: "type", rule: "must be one of [local]")
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
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        permissions = try fields.integer("permissions")
        name = try fields.text("name")
        email = try fields.text("email")
        isEnabled = try fields.flag("enabled")
        currentPassword = try fields.text(
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
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        isEnabled = try fields.requiredFlag("enabled")
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
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        password = try fields.requiredText("password", upTo: TextLimit.passwordField)
        currentPassword = try fields.text(
            "current_password",
            upTo: TextLimit.passwordField
        )
        isTemporary = try fields.flag("temporary") ?? false
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
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        isAPIPermitted = try fields.requiredFlag("api_permitted")
        isPasswordPermitted = try fields.requiredFlag("password_permitted")
        isSAMLPermitted = try fields.requiredFlag("saml_permitted")
        isSecondFactorRequired = try fields.flag("mfa_enrollment_required")
    }
}
