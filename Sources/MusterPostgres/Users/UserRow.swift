import FoundationEssentials
import MusterCore
import MusterSQL

/// What is selected of a user.
enum UserRow {
    /// How many columns there are; what a statement selects beside them begins here.
    static let count = UserColumn.allCases.count
    /// The columns, in the order in which ``PostgresTransaction/decodeUser(_:)`` finds them.
    static let columns = StatementText(
        joining: UserColumn.allCases.map { $0.text ?? groups },
        separator: ", "
    )

    /// A user's groups in their order, the UUID of each after the other.
    private static let groups: StatementText = """
        (SELECT string_agg(uuid_send(g.uuid), ''::bytea ORDER BY m.group_id)
         FROM group_member AS m
         JOIN user_group AS g ON g.id = m.group_id
         WHERE m.user_id = u.id)
        """
}

extension PostgresTransaction {
    /// Reads a user from a row that begins with ``UserRow/columns``.
    func decodeUser(_ row: PostgresRow) throws -> User {
        let id = UserID(rawValue: row[.id])
        guard let role = Role(rawValue: row[.role]) else {
            throw MusterError(.storeUnavailable, "User \(id.rawValue) cannot be read.")
        }
        var draft = UserDraft(
            username: Username(stored: row[.username]),
            name: row[.name],
            email: row[.email],
            role: role
        )
        draft.masks = Masks(
            read: row[.readMask],
            write: row[.writeMask],
            liveview: row[.liveviewMask]
        )
        draft.hosts = try AllowedNetworks(stored: row[.hosts])
        draft.inactivityTimeout = .seconds(row[.inactivityTimeout] as Int64)
        var user = User(id: id, uuid: row[.uuid], draft: draft)
        user.isEnabled = row[.isEnabled]
        user.expiresAt = row.optionalTimestamp(.expiresAt)
        user.note = row[.note]
        user.authorizations = Authorizations(
            api: row[.apiPermitted],
            password: row[.passwordPermitted],
            saml: row[.samlPermitted],
            requiresSecondFactorEnrolment: row[.secondFactorRequired]
        )
        user.secondFactor = SecondFactor(
            phone: try openPhone(row[.phone], of: id),
            isPhoneVerified: row[.phoneVerified],
            isSMSEnabled: row[.smsEnabled],
            isEmailEnabled: row[.emailEnabled]
        )
        user.logins = LoginRecord(
            failureCount: row[.failureCount],
            failureTotal: row[.failureTotal],
            lastFailure: row.optionalTimestamp(.lastFailure),
            lastSuccess: row.optionalTimestamp(.lastLogin),
            lastClosing: row.optionalTimestamp(.lastClosing)
        )
        user.lastKeyUse = row.optionalTimestamp(.lastKeyUse)
        user.createdAt = Timestamp(rawValue: row[.createdAt])
        user.changedAt = Timestamp(rawValue: row[.changedAt])
        user.groups = UUID.list(row[.groups])
        return user
    }
}

extension UUID {
    /// Reads UUIDs of which one stands after the other, 16 bytes each.
    fileprivate static func list(_ bytes: [UInt8]?) -> [UUID] {
        guard let bytes else { return [] }
        return stride(from: 0, to: bytes.count - 15, by: 16).compactMap { start in
            UUID(bytes: Array(bytes[start..<start + 16]))
        }
    }
}

extension PostgresRow {
    /// A user's column that is not NULL.
    subscript<Value: PostgresValue>(column: UserColumn) -> Value {
        self[column.rawValue]
    }

    /// A user's column; nil if it is NULL.
    subscript<Value: PostgresValue>(column: UserColumn) -> Value? {
        self[column.rawValue]
    }

    /// A moment in a user's column; nil if it is NULL.
    func optionalTimestamp(_ column: UserColumn) -> Timestamp? {
        optionalTimestamp(column.rawValue)
    }
}
