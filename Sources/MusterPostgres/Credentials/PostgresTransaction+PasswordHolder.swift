import MusterCore
import MusterSQL

extension PostgresTransaction {
    private static let byHolder: StatementText = """
        SELECT \(UserRow.columns), p.is_temporary, p.changed_at, \(FactorColumn.isThere)
        FROM "user" AS u
        JOIN password AS p ON p.user_id = u.id
        WHERE u.id = ?
        """

    func passwordHolder(_ user: UserID) throws(MusterError) -> PasswordHolder? {
        try row(Self.byHolder, [user.rawValue]) { row in
            PasswordHolder(
                owner: try decodeUser(row),
                isTemporary: row[UserRow.count],
                changedAt: Timestamp(rawValue: row[UserRow.count + 1]),
                hasFactor: row[UserRow.count + 2]
            )
        }
    }
}
