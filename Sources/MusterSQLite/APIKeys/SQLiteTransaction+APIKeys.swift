import MusterCore
import MusterSQL

extension SQLiteTransaction {
    private static let byAccessKey: StatementText = """
        SELECT \(UserRow.columns), k.secret_digest, k.created_at
        FROM api_key AS k
        JOIN user AS u ON u.id = k.user_id
        WHERE k.access_key = ?
        """

    func apiKey(_ accessKey: String) throws(MusterError) -> (owner: User, key: StoredAPIKey)? {
        if let found = handle.callers.owner(of: accessKey) { return found }
        // SQLite ends a text at its first NUL, so that more than a key could name a key.
        guard Hex.isHex(accessKey, count: APIKeyPair.textLength) else { return nil }
        if let found = tally?.owner(of: accessKey, at: handle.totalChanges) { return found }
        let found = try row(Self.byAccessKey, [accessKey]) { row in
            let key = StoredAPIKey(
                accessKey: accessKey,
                secretDigest: Digest(row.bytes(UserRow.count)),
                createdAt: Timestamp(rawValue: row[UserRow.count + 1])
            )
            return (owner: try decodeUser(row), key: key)
        }
        if let found {
            handle.keep { $0.add(found) }
            tally?.keep(found, at: handle.totalChanges)
        }
        return found
    }

    func noteKeyUse(_ uses: [UserID: Timestamp]) throws(MusterError) {
        for (user, at) in uses {
            try run(
                """
                UPDATE user
                SET last_key_use_at = ?1
                WHERE id = ?2
                  AND (last_key_use_at IS NULL OR last_key_use_at < ?1 OR last_key_use_at > ?1 + ?3)
                """,
                [at.rawValue, user.rawValue, Timestamp.clockTolerance.wholeMilliseconds]
            )
        }
    }
}
