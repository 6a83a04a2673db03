import TextBytes
public import WireJSON

/// The body of `POST /users` and `PATCH /users/{id}`.
public struct UserArguments: Sendable, Equatable {
    /// The largest timeout in seconds: 2^31-1.
    public static let maximumTimeout: Int64 = 2_147_483_647

    /// `name`.
    public var name: String?
    /// `password`.
    public var password: String?
    /// `readbm`.
    public var readbm: Int64?
    /// `writebm`.
    public var writebm: Int64?
    /// `lviewbm`.
    public var lviewbm: Int64?
    /// `timeout`, in seconds.
    public var timeout: Int64?
    /// `hosts`.
    public var hosts: [String]?

    /// Reads a body; absent and null mean not given.
    ///
    /// - Throws: ``ArgumentError``.
    public init(_ fields: ActiveLogicFields) throws(ArgumentError) {
        name = try fields.text("name")
        password = try fields.text("password", upTo: TextLimit.passwordField)
        readbm = try fields.number("readbm", upTo: .max)
        writebm = try fields.number("writebm", upTo: .max)
        lviewbm = try fields.number("lviewbm", upTo: .max)
        timeout = try fields.number("timeout", upTo: UserArguments.maximumTimeout)
        hosts = try fields.texts("hosts")
    }
}

/// The body of `POST /sessions`.
public struct LoginArguments: Sendable, Equatable {
    /// `username`.
    public var username: String
    /// `password`.
    public var password: String
    /// `verification_code`, where a second factor is set up.
    public var code: String?

    /// Reads a body.
    ///
    /// - Throws: ``ArgumentError``.
    public init(_ fields: ActiveLogicFields) throws(ArgumentError) {
        username = try fields.requiredText("username")
        password = try fields.requiredText("password", upTo: TextLimit.passwordField)
        // One that is too long is a wrong one, as a password is.
        code = try fields.text("verification_code", upTo: TextLimit.passwordField)
    }
}

/// The body of `POST /authenticate`.
public struct AuthenticateArguments: Sendable, Equatable {
    /// `username`.
    public var username: String
    /// `password`.
    public var password: String
    /// `ip_address`: where the client comes from.
    public var address: String

    /// Reads a body.
    ///
    /// - Throws: ``ArgumentError``.
    public init(_ fields: ActiveLogicFields) throws(ArgumentError) {
        username = try fields.requiredText("username")
        password = try fields.requiredText("password", upTo: TextLimit.passwordField)
        address = try fields.requiredText("ip_address")
    }
}

/// The body of `PUT .../password`.
public struct PasswordArguments: Sendable, Equatable {
    /// `current_password`: the caller's own.
    public var current: String
    /// `new_password`.
    public var new: String

    /// Reads a body.
    ///
    /// - Throws: ``ArgumentError``.
    public init(_ fields: ActiveLogicFields) throws(ArgumentError) {
        current = try fields.requiredText("current_password", upTo: TextLimit.passwordField)
        new = try fields.requiredText("new_password", upTo: TextLimit.passwordField)
    }
}
