import TextBytes
public import WireJSON

/// The body of `POST /users` and `PATCH /users/{ref}`.
public struct UserBody: Sendable, Equatable {
    /// The largest timeout in seconds: 2^31-1.
    public static let maximumTimeout: Int64 = 2_147_483_647

    /// `username`.
    public var username: String?
    /// `password`; only at creation.
    public var password: String?
    /// `current_password`: the caller's own, where the address of its own account changes.
    public var currentPassword: String?
    /// `name`; empty clears it.
    public var name: String?
    /// `email`; empty clears it.
    public var email: String?
    /// `permissions`: the number of the role.
    public var permissions: Int64?
    /// `enabled`.
    public var isEnabled: Bool?
    /// `expires_at`, in milliseconds since 1970 in UTC; null takes it away.
    public var expiresAt: MomentOrNull?
    /// `note`; empty clears it.
    public var note: String?
    /// `hosts`.
    public var hosts: [String]?
    /// `readbm`.
    public var readbm: Int64?
    /// `writebm`.
    public var writebm: Int64?
    /// `lviewbm`.
    public var lviewbm: Int64?
    /// `timeout`, in seconds.
    public var timeout: Int64?
    /// `api_permitted`.
    public var isAPIPermitted: Bool?
    /// `password_permitted`.
    public var isPasswordPermitted: Bool?
    /// `saml_permitted`.
    public var isSAMLPermitted: Bool?
    /// `two_factor_required`.
    public var isTwoFactorRequired: Bool?

    /// Begins a body that says nothing.
    public init() {}

    /// Reads a body.
    ///
    /// Members that it does not know are refused. Null stands for none in `name`, `email`, `expires_at`,
    /// `note` and `password`, and nowhere else.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        try self.init(NativeFields(object, only: UserBody.names), readsRole: true)
    }

    /// Reads the fields of a user among others.
    ///
    /// - Parameters:
    ///   - fields: The fields, all of which are known to whoever asks.
    ///   - readsRole: Whether `permissions` is read here.
    /// - Throws: ``FieldError``.
    init(_ fields: NativeFields, readsRole: Bool) throws(FieldError) {
        username = try fields.text("username", telling: TextLimit.username)
        password = try fields.optionalText("password", upTo: TextLimit.passwordField)
        currentPassword = try fields.optionalText(
            "current_password",
            upTo: TextLimit.passwordField
        )
        name = try fields.textOrNull("name", telling: TextLimit.personName)
        email = try fields.textOrNull("email", telling: TextLimit.username)
        if readsRole { permissions = try fields.roleNumber("permissions") }
        isEnabled = try fields.flag("enabled")
        expiresAt = try fields.momentOrNull("expires_at")
        note = try fields.textOrNull("note", telling: TextLimit.note)
        hosts = try fields.texts("hosts")
        readbm = try fields.number("readbm")
        writebm = try fields.number("writebm")
        lviewbm = try fields.number("lviewbm")
        timeout = try fields.number("timeout", upTo: UserBody.maximumTimeout)
        isAPIPermitted = try fields.flag("api_permitted")
        isPasswordPermitted = try fields.flag("password_permitted")
        isSAMLPermitted = try fields.flag("saml_permitted")
        isTwoFactorRequired = try fields.flag("two_factor_required")
    }

    static let names: Set<ByteText> = [
        "username", "password", "current_password", "name", "email", "permissions", "enabled",
        "expires_at", "note", "hosts", "readbm", "writebm", "lviewbm", "timeout", "api_permitted",
        "password_permitted", "saml_permitted", "two_factor_required",
    ]

    /// Writes the members that are said.
    public func write(to json: inout JSONWriter) {
        json.object { writeMembers(to: &$0) }
    }

    /// Writes the members that are said into an object that was begun.
    func writeMembers(to json: inout JSONWriter) {
        if let username { json.member("username", username) }
        if let password { json.member("password", password) }
        if let currentPassword { json.member("current_password", currentPassword) }
        if let name { json.member("name", name.isEmpty ? nil : name) }
        if let email { json.member("email", email.isEmpty ? nil : email) }
        if let permissions { json.member("permissions", permissions) }
        if let isEnabled { json.member("enabled", isEnabled) }
        if let expiresAt { json.member("expires_at", expiresAt.moment) }
        if let note { json.member("note", note.isEmpty ? nil : note) }
        if let hosts { json.member("hosts", hosts) }
        if let readbm { json.member("readbm", readbm) }
        if let writebm { json.member("writebm", writebm) }
        if let lviewbm { json.member("lviewbm", lviewbm) }
        if let timeout { json.member("timeout", timeout) }
        if let isAPIPermitted { json.member("api_permitted", isAPIPermitted) }
        if let isPasswordPermitted { json.member("password_permitted", isPasswordPermitted) }
        if let isSAMLPermitted { json.member("saml_permitted", isSAMLPermitted) }
        if let isTwoFactorRequired { json.member("two_factor_required", isTwoFactorRequired) }
    }
}
