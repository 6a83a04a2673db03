import FoundationEssentials
import MusterCore
import MusterSQL

/// What is selected of a user.
enum UserRow {
    /// How many columns there are; what a statement selects beside them begins here.
    static let count = UserColumn.allCases.count
    /// The columns, in the order in which ``SQLiteTransaction/decodeUser(_:)`` finds them.
    static let columns = StatementText(
        joining: UserColumn.allCases.map { $0.text ?? groups },
        separator: ", "
    )

    /// A user's groups in their order, the UUID of each after the other.
    // Both the table and its index have a user's groups in order, and the join keeps it: to sort them in a query of
    // their own takes half as many steps again, also for those who are in none.
    private static let groups: StatementText = """
        (SELECT group_concat(hex(g.uuid), '')
         FROM group_member AS m
         CROSS JOIN user_group AS g ON g.id = m.group_id
         WHERE m.user_id = u.id)
        """
}

extension SQLiteTransaction {
    /// Reads a user from a row that begins with ``UserRow/columns``.
    func decodeUser(_ row: SQLiteRow) throws -> User {
        let id = UserID(rawValue: row[.id])
        guard let uuid = row.uuid(UserColumn.uuid.rawValue), let role = Role(rawValue: row[.role])
        else {
            throw MusterError(.storeUnavailable, "User \(id.rawValue) cannot be read.")
        }
        return User(
            id: id,
            uuid: uuid,
            username: Username(stored: row[.username]),
            name: row[.name],
            email: row[.email],
            role: role,
            masks: Masks(
                read: row[.readMask],
                write: row[.writeMask],
                liveview: row[.liveviewMask]
            ),
            hosts: try AllowedNetworks(stored: row[.hosts]),
            inactivityTimeout: .seconds(row[.inactivityTimeout] as Int64),
            isEnabled: row[.isEnabled],
            expiresAt: row.optionalTimestamp(.expiresAt),
            note: row[.note],
            authorizations: Authorizations(
                api: row[.apiPermitted],
                password: row[.passwordPermitted],
                saml: row[.samlPermitted],
                requiresSecondFactorEnrolment: row[.secondFactorRequired]
            ),
            secondFactor: SecondFactor(
                phone: try openPhone(row[.phone], of: id),
                isPhoneVerified: row[.phoneVerified],
                isSMSEnabled: row[.smsEnabled],
                isEmailEnabled: row[.emailEnabled]
            ),
            logins: LoginRecord(
                failureCount: row[.failureCount],
                failureTotal: row[.failureTotal],
                lastFailure: row.optionalTimestamp(.lastFailure),
                lastSuccess: row.optionalTimestamp(.lastLogin),
                lastClosing: row.optionalTimestamp(.lastClosing)
            ),
            lastKeyUse: row.optionalTimestamp(.lastKeyUse),
            groups: row.uuids(UserColumn.groups.rawValue),
            createdAt: Timestamp(rawValue: row[.createdAt]),
            changedAt: Timestamp(rawValue: row[.changedAt])
        )
    }
}

extension SQLiteRow {
    /// A user's column that is not NULL.
    subscript<Value: SQLiteValue>(column: UserColumn) -> Value {
        self[column.rawValue]
    }

    /// A user's column; nil if it is NULL.
    subscript<Value: SQLiteValue>(column: UserColumn) -> Value? {
        self[column.rawValue]
    }

    /// A moment in a user's column; nil if it is NULL.
    func optionalTimestamp(_ column: UserColumn) -> Timestamp? {
        optionalTimestamp(column.rawValue)
    }
}
