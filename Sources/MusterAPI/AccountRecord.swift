public import WireJSON

/// A user with all that belongs to it: the answer to `GET /users/{ref}`.
public struct AccountRecord: Sendable, Equatable {
    /// The user.
    public var user: UserRecord
    /// `groups`, without the built-in one.
    public var groups: [GroupName]
    /// `ssh_keys`: how many public keys the user has.
    public var sshKeyCount: Int64
    /// `has_api_keys`.
    public var hasAPIKeys: Bool
    /// `has_password`.
    public var hasPassword: Bool

    /// `external_id`: the identifier that another system gave; left out if none did.
    public var externalID: String?
    /// `person`: what is known of the user as a person, as an import takes it; left out if nobody has said anything of it.
    public var person: JSONObject?

    /// A group as a user's record names it.
    public struct GroupName: Sendable, Equatable {
        /// `id`.
        public var id: Int64
        /// `uuid`.
        public var uuid: String
        /// `name`.
        public var name: String

        /// Builds a name.
        public init(id: Int64, uuid: String, name: String) {
            self.id = id
            self.uuid = uuid
            self.name = name
        }
    }

    /// Builds a record.
    public init(
        user: UserRecord,
        groups: [GroupName],
        sshKeyCount: Int64,
        hasAPIKeys: Bool,
        hasPassword: Bool
    ) {
        self.user = user
        self.groups = groups
        self.sshKeyCount = sshKeyCount
        self.hasAPIKeys = hasAPIKeys
        self.hasPassword = hasPassword
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { writeMembers(to: &$0) }
    }

    /// Writes the members without the braces.
    func writeMembers(to json: inout JSONWriter) {
        user.writeMembers(to: &json)
        json.name("groups")
        json.array { json in
            for group in groups {
                json.object { json in
                    json.member("id", group.id)
                    json.member("uuid", group.uuid)
                    json.member("name", group.name)
                }
            }
        }
        json.member("ssh_keys", sshKeyCount)
        json.member("has_api_keys", hasAPIKeys)
        json.member("has_password", hasPassword)
        if let externalID { json.member("external_id", externalID) }
        if let person {
            json.name("person")
            json.value(.object(person))
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object)
        user = try UserRecord(fields)
        groups = try fields.objects("groups") { (fields) throws(FieldError) in
            GroupName(
                id: try fields.number("id").required("id"),
                uuid: try fields.text("uuid").required("uuid"),
                name: try fields.text("name").required("name")
            )
        }
        sshKeyCount = try fields.number("ssh_keys").required("ssh_keys")
        hasAPIKeys = try fields.flag("has_api_keys").required("has_api_keys")
        hasPassword = try fields.flag("has_password").required("has_password")
        externalID = try fields.optionalText("external_id")
        person = try fields.fields("person")?.object
    }
}
