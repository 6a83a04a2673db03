/// A user in the native API, with the fields of every dialect.
///
/// Moments are milliseconds since 1970 in UTC.
public struct UserRecord: Sendable, Equatable {
    /// `id`.
    public var id: Int64 = 0
    /// `uuid`, in lower case.
    public var uuid = ""
    /// `username`.
    public var username = ""
    /// `name`; nil if none is set.
    public var name: String?
    /// `email`; nil if none is set.
    public var email: String?
    /// `permissions`: the number of the role.
    public var permissions: Int64 = 16
    /// `administers_by`: the fields that let the user administer users: `permissions`, `writebm`.
    public var administersBy: [String] = []
    /// `enabled`.
    public var isEnabled = true
    /// `expires_at`: from when on the user may not come in; nil if the account does not expire.
    public var expiresAt: Int64?
    /// `expired`: whether that moment is past.
    public var isExpired = false
    /// `note`; nil if there is none, and for whoever may not administer users.
    public var note: String?
    /// `locked`: whether failed logins have locked the password for now.
    public var isLocked = false
    /// `hosts`.
    public var hosts: [String] = []
    /// `readbm`.
    public var readbm: Int64 = 0
    /// `writebm`.
    public var writebm: Int64 = 0
    /// `lviewbm`.
    public var lviewbm: Int64 = 0
    /// `timeout`, in seconds.
    public var timeout: Int64 = 0
    /// `api_permitted`.
    public var isAPIPermitted = true
    /// `password_permitted`.
    public var isPasswordPermitted = true
    /// `saml_permitted`.
    public var isSAMLPermitted = true
    /// `two_factor`.
    public var twoFactor = TwoFactor()
    /// `failed_logins`: since the last success, reset or key generation.
    public var failedLogins: Int64 = 0
    /// `total_failed_logins`.
    public var totalFailedLogins: Int64 = 0
    /// `last_login`.
    public var lastLogin: Int64?
    /// `last_login_failure`.
    public var lastLoginFailure: Int64?
    /// `last_key_use`.
    public var lastKeyUse: Int64?
    /// `created_at`.
    public var createdAt: Int64 = 0
    /// `changed_at`.
    public var changedAt: Int64 = 0

    /// How a user proves itself a second time.
    public struct TwoFactor: Sendable, Equatable {
        /// `required`: whether the user is asked to set one up.
        public var isRequired = false
        /// `email_enabled`.
        public var isEmailEnabled = false
        /// `sms_enabled`.
        public var isSMSEnabled = false
        /// `phone_verified`.
        public var isPhoneVerified = false
        /// `apps`: how many authenticator apps the user has.
        public var apps: Int64 = 0
        /// `passkeys`: how many passkeys.
        public var passkeys: Int64 = 0
        /// `recovery_codes`: how many recovery codes are left.
        public var recoveryCodes: Int64 = 0

        /// Whether the user has a second factor of any kind; recovery codes only stand in for one.
        public var isSetUp: Bool { isEmailEnabled || isSMSEnabled || apps > 0 || passkeys > 0 }

        /// Nothing is set up.
        public init() {}
    }

    /// Begins an empty record.
    public init() {}
}
