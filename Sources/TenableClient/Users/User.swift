public import FoundationEssentials
import TenableAPI

extension TenableIO {
    /// A user, as it was when the server answered.
    ///
    /// What a server leaves out is nil: to callers below Administrator it shows ids, username and address only,
    /// and records of different years have different members. Whatever this library has no name for is in
    /// ``json``.
    public struct User: Sendable, Equatable, Identifiable {
        /// The whole record.
        public let json: JSONObject

        private let record: UserRecord

        /// Reads a record.
        ///
        /// - Throws: `TenableFieldError` if there is no id or no username, or a member is of the wrong type.
        init(_ json: JSONObject) throws(TenableFieldError) {
            self.json = json
            record = try UserRecord(json)
        }

        /// The number by which calls name the user.
        public var id: ID { ID(record.id) }
        /// The UUID.
        public var uuid: String { record.uuid }
        /// The login name.
        public var username: String { record.username }
        /// The e-mail address; the username where the user has none of its own.
        public var email: String { record.email }
        /// The name for people; some servers show the username in its place.
        public var name: String? { present("name", record.name) }
        /// The kind of account, `local`.
        public var type: String? { present("type", record.type) }
        /// The role.
        public var permissions: Permissions? {
            present("permissions", Permissions(rawValue: record.permissions))
        }
        /// Whether the user may come in at all.
        public var enabled: Bool? { present("enabled", record.isEnabled) }
        /// Whether the user can never be deleted.
        public var undeletable: Bool? { present("undeletable", record.isUndeletable) }
        /// Whether failed logins keep the user out; API keys still work.
        public var lockout: Bool? { present("lockout", record.isLockedOut) }
        /// Failed logins since the last success.
        public var loginFailCount: Int? { present("login_fail_count", record.loginFailCount) }
        /// Failed logins ever.
        public var loginFailTotal: Int? { present("login_fail_total", record.loginFailTotal) }
        /// The last failed login.
        public var lastLoginAttempt: Date? { date(record.lastLoginAttempt) }
        /// The last login.
        public var lastLogin: Date? { date(record.lastLogin) }
        /// The last request with API keys.
        public var lastAPIKeyAccess: Date? { date(record.lastAPIKeyAccess) }
        /// Whether password or SAML open a session.
        public var uiPermitted: Bool? { present("ui_permitted", record.isUIPermitted) }
        /// Whether SAML alone opens a session.
        public var uiSAMLOnly: Bool? { present("ui_saml_only", record.isUISAMLOnly) }
        /// Whether API keys are accepted.
        public var apiPermitted: Bool? { present("api_permitted", record.isAPIPermitted) }
        /// The groups, the built-in one of all users among them.
        public var groupUUIDs: [String]? { present("group_uuids", record.groupUUIDs) }
        /// The instance to which the user belongs.
        public var containerUUID: String? { present("container_uuid", record.containerUUID) }
        /// Role names and their UUIDs, where they were asked for.
        public var roles: [(name: String, uuid: String)]? {
            record.roles?.map { (name: $0.name, uuid: $0.uuid) }
        }
        /// The second factor; nil if none is set up.
        public var twoFactor: TwoFactor? {
            record.twoFactor.map { factor in
                TwoFactor(
                    smsPhone: factor.smsPhone,
                    smsEnabled: factor.isSMSEnabled,
                    emailEnabled: factor.isEmailEnabled
                )
            }
        }

        /// A second factor.
        public struct TwoFactor: Sendable, Hashable {
            /// The phone; nil if codes go by e-mail only.
            public let smsPhone: String?
            /// Whether codes go to the phone.
            public let smsEnabled: Bool
            /// Whether codes go to the e-mail address.
            public let emailEnabled: Bool
        }

        private func present<Value>(_ name: String, _ value: Value) -> Value? {
            guard let member = json[name], member != .null else { return nil }
            return value
        }

        private func date(_ milliseconds: Int64?) -> Date? {
            // Recordings of 2018 have 0 where nothing happened yet.
            guard let milliseconds, milliseconds != 0 else { return nil }
            return Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
        }
    }
}

extension TenableIO.User: CustomStringConvertible {
    /// Number and username: `4 user@example.com`.
    public var description: String { "\(record.id) \(username)" }
}
