import TextBytes

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
    /// - Throws: ``PayloadError``.
    public init(_ payload: Payload) throws(PayloadError) {
        username = try payload.requiredString("username")
        password = try payload.requiredString("password", upTo: TextLimit.passwordField)
        code = try payload.string("verification_code", upTo: TextLimit.word)
    }
}
