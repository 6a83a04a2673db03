import TextBytes
public import WireJSON

/// One line of `POST /users/import` and of `GET /users/export`: a user with what belongs to it.
public struct ImportBody: Sendable {
    /// What a field holds, for forms in which everything is a text.
    public enum Kind: Sendable {
        /// A text.
        case text
        /// A whole number.
        case number
        /// True or false.
        case flag
        /// Several texts.
        case list
        /// Milliseconds since 1970 in UTC, or none.
        case moment
        /// An object.
        case object
    }

    /// The fields, in the order in which they are written.
    public static let fields: [(name: String, kind: Kind)] = [
        ("username", .text), ("name", .text), ("email", .text), ("permissions", .number),
        ("enabled", .flag), ("hosts", .list), ("readbm", .number), ("writebm", .number),
        ("lviewbm", .number), ("timeout", .number), ("api_permitted", .flag),
        ("password_permitted", .flag), ("saml_permitted", .flag), ("two_factor_required", .flag),
        ("expires_at", .moment), ("note", .text),
        ("groups", .list), ("ssh_keys", .list), ("password", .text), ("password_hash", .text),
        ("password_temporary", .flag), ("external_id", .text), ("person", .object),
    ]

    private static let names = UserBody.names.union([
        "groups", "ssh_keys", "password_hash", "password_temporary", "role", "external_id",
        "person",
    ])

    /// The fields that `POST /users` has, too.
    public var user = UserBody()
    /// `role`, or `permissions` where it is a text: the name of the role, unread, and which of the two it is.
    public var role: (field: String, name: String)?
    /// What the line calls the role, if it has one: `role` or `permissions`.
    public var roleField: String?
    /// `groups`: names.
    public var groups: [String] = []
    /// `ssh_keys`: lines as in `.pub` files.
    public var sshKeys: [String] = []
    /// `password_hash`.
    public var passwordHash: String?
    /// `password_temporary`.
    public var isPasswordTemporary = false

    /// `external_id`: the identifier that another system gave; empty takes it away.
    public var externalID: String?
    /// `person`: what is known of the user as a person, unread; a member that is null is taken away.
    public var person: JSONObject?

    /// Begins a line that says nothing.
    public init() {}

    /// Reads a line's object.
    ///
    /// Members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ImportBody.names)
        user = try UserBody(fields, readsRole: false)
        _ = try user.username.required("username")
        try readRole(fields)
        groups = try fields.texts("groups") ?? []
        sshKeys = try fields.texts("ssh_keys", upTo: TextLimit.keyField) ?? []
        passwordHash = try fields.optionalText("password_hash")
        isPasswordTemporary = try fields.flag("password_temporary") ?? false
        externalID = try fields.textOrNull("external_id")
        person = try fields.fields("person")?.object
        guard passwordHash == nil || user.password == nil else {
            throw FieldError("password_hash", "and \"password\" exclude each other")
        }
        guard !isPasswordTemporary || passwordHash != nil || user.password != nil else {
            throw FieldError("password_temporary", "needs a password on the same line")
        }
    }

    /// Reads the role, which has two names and two forms: a number, and a name.
    private mutating func readRole(_ fields: NativeFields) throws(FieldError) {
        guard fields.has("role") else { return try readRole("permissions", fields) }
        guard !fields.has("permissions") else {
            throw FieldError("role", "and \"permissions\" exclude each other")
        }
        try readRole("role", fields)
    }

    private mutating func readRole(
        _ field: String,
        _ fields: NativeFields
    ) throws(FieldError) {
        if let name = fields.textIfAny(field) {
            // Nothing is coerced: a number is none in quotes.
            guard !name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                let rule = "must be a number without quotes, or the name of a role"
                throw FieldError(field, rule, not: .string(name))
            }
            role = (field, name.head(TextLimit.word + 1))
        } else {
            user.permissions = try fields.roleNumber(field)
        }
        roleField = fields.has(field) ? field : nil
    }

    /// Writes the members that are said.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        user.writeMembers(to: &json)
        if let role { json.member("role", role.name) }
        if !groups.isEmpty { json.member("groups", groups) }
        if !sshKeys.isEmpty { json.member("ssh_keys", sshKeys) }
        if let passwordHash { json.member("password_hash", passwordHash) }
        if isPasswordTemporary { json.member("password_temporary", true) }
        if let externalID { json.member("external_id", externalID) }
        if let person {
            json.name("person")
            json.value(.object(person))
        }
        json.endObject()
    }
}
