package import MusterCore

extension SQLTransaction {
    package func password(of user: UserID) throws(MusterError) -> StoredPassword? {
        try row(
            "SELECT hash, is_temporary, changed_at FROM password WHERE user_id = ?",
            [user.rawValue],
            Self.decodePassword
        )
    }

    package static func decodePassword(_ row: Row) -> StoredPassword {
        StoredPassword(
            hash: PasswordHash(row[0]),
            isTemporary: row[1],
            changedAt: Timestamp(rawValue: row[2])
        )
    }

    package func formerPasswords(of user: UserID) throws(MusterError) -> [PasswordHash] {
        try rows(
            """
            SELECT hash
            FROM former_password
            WHERE user_id = ?
            ORDER BY id DESC
            LIMIT ?
            """,
            [user.rawValue, PasswordPolicy.historyLength]
        ) { PasswordHash($0[0]) }
    }

    package func passwordHashes(
        after user: UserID?,
        limit: Int
    ) throws(MusterError) -> [(user: UserID, hash: PasswordHash)] {
        try rows(
            """
            SELECT user_id, hash
            FROM password
            WHERE user_id > ?
            ORDER BY user_id
            LIMIT ?
            """,
            [user?.rawValue ?? .min, limit]
        ) { row in (user: UserID(rawValue: row[0]), hash: PasswordHash(row[1])) }
    }

    package func replacePassword(of user: UserID, with password: StoredPassword) throws(MusterError)
    {
        try run(
            """
            INSERT INTO former_password (user_id, hash)
            SELECT user_id, hash FROM password WHERE user_id = ?
            """,
            [user.rawValue]
        )
        try run(
            """
            DELETE FROM former_password
            WHERE user_id = ?1 AND id NOT IN (
                SELECT id FROM former_password WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2
            )
            """,
            [user.rawValue, PasswordPolicy.historyLength]
        )
        try run(
            """
            INSERT INTO password (user_id, hash, is_temporary, changed_at)
            VALUES (?, ?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE
            SET hash = excluded.hash,
                is_temporary = excluded.is_temporary,
                changed_at = excluded.changed_at
            """,
            [
                user.rawValue, password.hash.text, password.isTemporary,
                password.changedAt.rawValue,
            ]
        )
    }

    package func stampPassword(of user: UserID, at moment: Timestamp) throws(MusterError) {
        try run(
            "UPDATE password SET changed_at = ? WHERE user_id = ?",
            [moment.rawValue, user.rawValue]
        )
    }

    package func rehashPassword(
        of user: UserID,
        from former: PasswordHash,
        to hash: PasswordHash
    ) throws(MusterError) {
        try run(
            "UPDATE password SET hash = ? WHERE user_id = ? AND hash = ?",
            [hash.text, user.rawValue, former.text]
        )
    }
}
