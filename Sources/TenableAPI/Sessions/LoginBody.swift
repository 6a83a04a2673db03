import TextBytes
public import WireJSON

/// The body of `POST /session`.
public struct LoginBody: Sendable, Equatable {
    /// `username`.
    public var username: String
    /// `password`.
    public var password: String
    /// `verification_code`, where a second factor is set up.
    public var code: String?

    /// Builds a body that came as a form.
    public init(username: String, password: String, code: String?) {
        self.username = username
        self.password = password
        self.code = code
    }

    /// Reads a body.
    ///
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        username = try fields.requiredText("username")
        password = try fields.requiredText("password", upTo: TextLimit.passwordField)
        // One that is too long is a wrong one, as a password is.
        code = try fields.text("verification_code", upTo: TextLimit.passwordField)
    }
}
