import MusterCore
import MusterSQL

extension SQLiteTransaction {
    private static let byHolder: StatementText = """
        SELECT \(UserRow.columns), p.is_temporary, p.changed_at, \(FactorColumn.isThere)
        FROM user AS u
        JOIN password AS p ON p.user_id = u.id
        WHERE u.id = ?
        """

    func passwordHolder(_ user: UserID) throws(MusterError) -> PasswordHolder? {
        if let found = handle.callers.passwords[user] { return found }
        let found = try row(Self.byHolder, of: user.rawValue) { row in
            PasswordHolder(
                owner: try decodeUser(row),
                isTemporary: row[UserRow.count],
                changedAt: Timestamp(rawValue: row[UserRow.count + 1]),
                hasFactor: row[UserRow.count + 2]
            )
        }
        if let found { handle.keep { $0.add(found) } }
        return found
    }
}
