public import WireJSON

/// A user as administrators see it (contract of `GET /users/{id}`).
public struct UserRecord: Sendable, Equatable {
    /// How a user proves itself a second time, as numbers, although requests take booleans.
    public struct TwoFactor: Sendable, Equatable {
        /// The phone; nil if codes go by e-mail only.
        public var smsPhone: String?
        /// Whether codes go to the phone.
        public var isSMSEnabled: Bool
        /// Whether codes go to the e-mail address.
        public var isEmailEnabled: Bool

        /// Builds a record.
        public init(smsPhone: String?, isSMSEnabled: Bool, isEmailEnabled: Bool) {
            self.smsPhone = smsPhone
            self.isSMSEnabled = isSMSEnabled
            self.isEmailEnabled = isEmailEnabled
        }
    }

    /// A role by name.
    public struct RoleName: Sendable, Equatable {
        /// The name.
        public var name: String
        /// The UUID.
        public var uuid: String

        /// Builds a record.
        public init(name: String, uuid: String) {
            self.name = name
            self.uuid = uuid
        }
    }

    /// `uuid` and `uuid_id`.
    public var uuid = ""
    /// `id`.
    public var id: Int64 = 0
    /// `username` and `user_name`.
    public var username = ""
    /// `email`.
    public var email = ""
    /// `name`.
    public var name = ""
    /// `type`.
    public var type = "local"
    /// `permissions`.
    public var permissions = 0
    /// `rbac_roles`, where asked for.
    public var roles: [RoleName]?
    /// `ui_permitted`.
    public var isUIPermitted = true
    /// `ui_saml_only`.
    public var isUISAMLOnly = false
    /// `api_permitted`.
    public var isAPIPermitted = true
    /// `last_login_attempt`, milliseconds since 1970.
    public var lastLoginAttempt: Int64?
    /// `login_fail_count`.
    public var loginFailCount = 0
    /// `login_fail_total`.
    public var loginFailTotal = 0
    /// `last_apikey_access`, milliseconds since 1970.
    public var lastAPIKeyAccess: Int64?
    /// `enabled`.
    public var isEnabled = true
    /// `undeletable`.
    public var isUndeletable = false
    /// `two_factor`.
    public var twoFactor: TwoFactor?
    /// `group_uuids`.
    public var groupUUIDs: [String] = []
    /// `lockout`.
    public var isLockedOut = false
    /// `container_uuid`.
    public var containerUUID = ""
    /// `lastlogin`, milliseconds since 1970.
    public var lastLogin: Int64?

    /// Begins an empty record.
    public init() {}

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        writeMembers(to: &json)
        json.endObject()
    }

    /// Writes the members, for records that have more.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("uuid", uuid)
        json.member("id", id)
        json.member("user_name", username)
        json.member("username", username)
        json.member("email", email)
        json.member("name", name)
        json.member("type", type)
        json.member("permissions", permissions)
        if let roles {
            json.name("rbac_roles")
            json.beginArray()
            for role in roles {
                json.beginObject()
                json.member("name", role.name)
                json.member("uuid", role.uuid)
                json.endObject()
            }
            json.endArray()
        }
        json.member("ui_permitted", isUIPermitted)
        json.member("ui_saml_only", isUISAMLOnly)
        json.member("api_permitted", isAPIPermitted)
        if let lastLoginAttempt { json.member("last_login_attempt", lastLoginAttempt) }
        json.member("login_fail_count", loginFailCount)
        json.member("login_fail_total", loginFailTotal)
        if let lastAPIKeyAccess { json.member("last_apikey_access", lastAPIKeyAccess) }
        json.member("enabled", isEnabled)
        json.member("undeletable", isUndeletable)
        if let twoFactor {
            json.name("two_factor")
            json.beginObject()
            if let phone = twoFactor.smsPhone { json.member("sms_phone", phone) }
            json.member("sms_enabled", twoFactor.isSMSEnabled ? 1 : 0)
            json.member("email_enabled", twoFactor.isEmailEnabled ? 1 : 0)
            json.endObject()
        }
        json.name("group_uuids")
        json.beginArray()
        for group in groupUUIDs { json.string(group) }
        json.endArray()
        json.member("lockout", isLockedOut ? 1 : 0)
        json.name("preferences")
        json.beginObject()
        json.endObject()
        json.member("container_uuid", containerUUID)
        if let lastLogin { json.member("lastlogin", lastLogin) }
        json.member("uuid_id", uuid)
    }

    /// Writes the four members that callers below Administrator see.
    public func writeBrief(to json: inout JSONWriter) {
        json.beginObject()
        json.member("uuid", uuid)
        json.member("id", id)
        json.member("username", username)
        json.member("email", email)
        json.endObject()
    }
}
