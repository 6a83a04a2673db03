import FoundationEssentials
import MusterCore
import MusterSQL

/// What is selected of a user.
enum UserRow {
    /// How many columns there are; what a statement selects beside them begins here.
    static let count = UserColumn.allCases.count
    /// The columns, in the order in which ``SQLiteTransaction/decodeUser(_:)`` finds them.
    static let columns = columns(with: .usual)

    /// The columns of a choice of parts, in the order in which ``SQLiteTransaction/decodeUser(_:with:)`` finds them; NULL stands for
    /// those that nobody has asked for.
    static func columns(with parts: UserParts) -> StatementText { choices[parts.rawValue] }

    private static let choices: [StatementText] = UserParts.choices.map { parts in
        let groups = parts.contains(.groups) ? UserRow.groups : "NULL"
        let left = parts.contains(.signIns) ? [] : signIns
        let columns = StatementText(
            joining: UserColumn.allCases.map { left.contains($0) ? "NULL" : $0.text ?? groups },
            separator: ", "
        )
        return parts.contains(.holdings) ? "\(columns)\(holdings)" : columns
    }

    /// The columns of ``UserParts/signIns``.
    private static let signIns: [UserColumn] = [
        .inactivityTimeout, .note, .phone, .phoneVerified, .smsEnabled, .emailEnabled,
        .failureCount, .failureTotal, .lastFailure, .lastLogin, .lastClosing, .lastKeyUse,
    ]

    /// A user's groups in their order, the UUID of each after the other.
    // Both the table and its index have a user's groups in order, and the join keeps it: to sort them in a query of
    // their own takes half as many steps again, also for those who are in none.
    private static let groups: StatementText = """
        (SELECT group_concat(hex(g.uuid), '')
         FROM group_member AS m
         CROSS JOIN user_group AS g ON g.id = m.group_id
         WHERE m.user_id = u.id)
        """

    /// Whether there are rows of a user in other tables, behind all else.
    // Indexes that are opened once for a list; EXISTS opens them for each of its users, which takes twice as long. As a condition
    // it is never NULL, so that nobody looks for one among those who are there.
    private static let holdings: StatementText = """
        , iif(u.id IN (SELECT p.user_id FROM person AS p), 1, 0),
        iif(u.id IN (SELECT k.user_id FROM ssh_key AS k), 1, 0)
        """
}

extension SQLiteTransaction {
    /// Reads a user from a row that begins with ``UserRow/columns``.
    func decodeUser(_ row: SQLiteRow) throws -> User { try decodeUser(row, with: .usual) }

    /// Reads a user from a row that begins with ``UserRow/columns(with:)``.
    func decodeUser(_ row: SQLiteRow, with parts: UserParts) throws -> User {
        let id = UserID(rawValue: row[.id])
        guard let uuid = row.uuid(UserColumn.uuid.rawValue), let role = Role(rawValue: row[.role])
        else {
            throw MusterError(.storeUnavailable, "User \(id.rawValue) cannot be read.")
        }
        let isWhole = parts.contains(.signIns)
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
            inactivityTimeout: isWhole ? .seconds(row[.inactivityTimeout] as Int64) : .zero,
            isEnabled: row[.isEnabled],
            expiresAt: row.optionalTimestamp(.expiresAt),
            note: isWhole ? row[.note] as String? : nil,
            authorizations: Authorizations(
                api: row[.apiPermitted],
                password: row[.passwordPermitted],
                saml: row[.samlPermitted],
                requiresSecondFactorEnrolment: row[.secondFactorRequired]
            ),
            secondFactor: isWhole ? try decodeSecondFactor(row, of: id) : SecondFactor(),
            logins: isWhole ? LoginRecord(row) : LoginRecord(),
            lastKeyUse: isWhole ? row.optionalTimestamp(.lastKeyUse) : nil,
            groups: row.uuids(UserColumn.groups.rawValue),
            holdings: parts.contains(.holdings) ? UserHoldings(row) : nil,
            createdAt: Timestamp(rawValue: row[.createdAt]),
            changedAt: Timestamp(rawValue: row[.changedAt])
        )
    }

    private func decodeSecondFactor(_ row: SQLiteRow, of user: UserID) throws -> SecondFactor {
        SecondFactor(
            phone: try openPhone(row[.phone], of: user),
            isPhoneVerified: row[.phoneVerified],
            isSMSEnabled: row[.smsEnabled],
            isEmailEnabled: row[.emailEnabled]
        )
    }
}

extension LoginRecord {
    /// Reads what a user's columns have.
    fileprivate init(_ row: SQLiteRow) {
        self.init(
            failureCount: row[.failureCount],
            failureTotal: row[.failureTotal],
            lastFailure: row.optionalTimestamp(.lastFailure),
            lastSuccess: row.optionalTimestamp(.lastLogin),
            lastClosing: row.optionalTimestamp(.lastClosing)
        )
    }
}

extension UserHoldings {
    /// Reads what stands behind a user's columns.
    fileprivate init(_ row: SQLiteRow) {
        self.init(hasPerson: row[UserRow.count], hasSSHKeys: row[UserRow.count + 1])
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
