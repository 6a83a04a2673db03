import FoundationEssentials
import MusterCore

/// The columns of a user, in the order in which ``SQLiteTransaction/decodeUser(_:at:)`` reads them.
enum UserRow {
    /// How many columns there are; what a statement selects beside them begins here.
    static let count = 29

    static let columns: StatementText = """
        u.id, u.uuid, u.username, u.name, u.email, u.role,
        u.read_mask, u.write_mask, u.liveview_mask, u.hosts, u.inactivity_timeout_s, u.is_enabled,
        u.api_permitted, u.password_permitted, u.saml_permitted, u.second_factor_required,
        u.phone_sealed, u.phone_verified, u.sms_enabled, u.email_enabled,
        u.login_failure_count, u.login_failure_total, u.last_login_failure_at, u.last_login_at,
        u.last_key_use_at, u.created_at, u.changed_at,
        (SELECT group_concat(hex(g.uuid), '')
         FROM (SELECT g.uuid
               FROM group_member AS m
               JOIN user_group AS g ON g.id = m.group_id
               WHERE m.user_id = u.id
               ORDER BY m.group_id) AS g),
        u.last_login_closing_at
        """
}

extension SQLiteTransaction {
    /// Reads a user from a row that begins with ``UserRow/columns``.
    func decodeUser(_ row: SQLiteRow) throws -> User {
        let id = UserID(rawValue: row[0])
        guard let uuid = row.uuid(1), let role = Role(rawValue: row[5]) else {
            throw MusterError(.storeUnavailable, "User \(id.rawValue) cannot be read.")
        }
        var draft = UserDraft(
            username: Username(stored: row[2]),
            name: row[3],
            email: row[4],
            role: role
        )
        draft.masks = Masks(read: row[6], write: row[7], liveview: row[8])
        draft.hosts = try HostRules(stored: row[9])
        draft.inactivityTimeout = .seconds(row[10] as Int64)
        var user = User(id: id, uuid: uuid, draft: draft)
        user.isEnabled = row[11]
        user.authorizations = Authorizations(
            api: row[12],
            password: row[13],
            saml: row[14],
            requiresSecondFactorEnrolment: row[15]
        )
        user.secondFactor = SecondFactor(
            phone: try openPhone(row[16], of: id),
            isPhoneVerified: row[17],
            isSMSEnabled: row[18],
            isEmailEnabled: row[19]
        )
        user.logins = LoginRecord(
            failureCount: row[20],
            failureTotal: row[21],
            lastFailure: row.optionalTimestamp(22),
            lastSuccess: row.optionalTimestamp(23),
            lastClosing: row.optionalTimestamp(28)
        )
        user.lastKeyUse = row.optionalTimestamp(24)
        user.createdAt = Timestamp(rawValue: row[25])
        user.changedAt = Timestamp(rawValue: row[26])
        user.groups = UUID.list(hex: row[27])
        return user
    }
}

extension HostRules {
    /// How the networks stand in their column.
    var stored: String {
        texts.joined(separator: " ")
    }

    init(stored text: String) throws(MusterError) {
        guard !text.isEmpty else {
            self.init()
            return
        }
        try self.init(text.split(separator: " ").map(String.init))
    }
}

extension UUID {
    /// Reads UUIDs written one behind the other, 32 hexadecimal digits each.
    fileprivate static func list(hex: String?) -> [UUID] {
        guard let hex, let bytes = Hex.bytes(hex) else { return [] }
        return stride(from: 0, to: bytes.count - 15, by: 16).compactMap { start in
            UUID(bytes: Array(bytes[start..<start + 16]))
        }
    }
}
