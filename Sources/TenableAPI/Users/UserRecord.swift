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
}
