import TextBytes
public import WireJSON

/// The body of `PUT /users/{ref}/password`.
public struct NewPasswordBody: Sendable, Equatable {
    /// `password`: the new one.
    public var password: String
    /// `current_password`: the one that the user has now; has to be there for one's own.
    public var currentPassword: String?
    /// `temporary`: whether the user has to choose another one at the next login.
    public var isTemporary: Bool

    /// Builds a body.
    public init(password: String, currentPassword: String? = nil, isTemporary: Bool = false) {
        self.password = password
        self.currentPassword = currentPassword
        self.isTemporary = isTemporary
    }

    /// Reads a body; members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(
            object,
            only: ["password", "current_password", "temporary"]
        )
        password = try fields.text("password", upTo: TextLimit.passwordField)
            .required("password")
        currentPassword = try fields.text("current_password", upTo: TextLimit.passwordField)
        isTemporary = try fields.flag("temporary") ?? false
    }

    /// Writes the members that are said.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("password", password)
            if let currentPassword { json.member("current_password", currentPassword) }
            if isTemporary { json.member("temporary", true) }
        }
    }
}

/// The body of `POST /sessions`.
public struct LoginBody: Sendable, Equatable {
    /// `username`.
    public var username: String
    /// `password`.
    public var password: String
    /// `verification_code`, where one was sent.
    public var code: String?

    /// Builds a body.
    public init(username: String, password: String, code: String? = nil) {
        self.username = username
        self.password = password
        self.code = code
    }

    /// Reads a body; members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(
            object,
            only: ["username", "password", "verification_code"]
        )
        username = try fields.text("username").required("username")
        password = try fields.text("password", upTo: TextLimit.passwordField)
            .required("password")
        // One that is too long is a wrong one, as a password is.
        code = try fields.text("verification_code", upTo: TextLimit.passwordField)
    }

    /// Writes the members that are said.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("username", username)
            json.member("password", password)
            if let code { json.member("verification_code", code) }
        }
    }
}

/// The body of `POST /authenticate`.
public struct AuthenticateBody: Sendable, Equatable {
    /// `username`.
    public var username: String
    /// `password`.
    public var password: String
    /// `address`: from where the user comes.
    public var address: String

    /// Builds a body.
    public init(username: String, password: String, address: String) {
        self.username = username
        self.password = password
        self.address = address
    }

    /// Reads a body; members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["username", "password", "address"])
        username = try fields.text("username").required("username")
        password = try fields.text("password", upTo: TextLimit.passwordField)
            .required("password")
        address = try fields.text("address").required("address")
    }

    /// Writes the body.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("username", username)
            json.member("password", password)
            json.member("address", address)
        }
    }
}
