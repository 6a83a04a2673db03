import MusterCore
import MusterSQL

extension PostgresTransaction {
    private static let byAccessKey: StatementText = """
        SELECT \(UserRow.columns), k.secret_digest, k.created_at
        FROM api_key AS k
        JOIN "user" AS u ON u.id = k.user_id
        WHERE k.access_key = ?
        """

    func apiKey(_ accessKey: String) throws(MusterError) -> (owner: User, key: StoredAPIKey)? {
        guard Hex.isHex(accessKey, count: APIKeyPair.textLength) else { return nil }
        guard let memory = connection.memory else { return try storedKey(accessKey) }
        return try memory.keyOwner(accessKey) { () throws(MusterError) in try storedKey(accessKey) }
    }

    private func storedKey(
        _ accessKey: String
    ) throws(MusterError) -> (owner: User, key: StoredAPIKey)? {
        try row(Self.byAccessKey, [accessKey]) { row in
            let key = StoredAPIKey(
                accessKey: accessKey,
                secretDigest: Digest(row.bytes(UserRow.count)),
                createdAt: Timestamp(rawValue: row[UserRow.count + 1])
            )
            return (owner: try decodeUser(row), key: key)
        }
    }

    func hasAPIKey(_ user: UserID) throws(MusterError) -> Bool {
        try row("SELECT true FROM api_key WHERE user_id = ?", [user.rawValue]) { $0[0] } ?? false
    }

    func replaceAPIKey(of user: UserID, with key: StoredAPIKey) throws(MusterError) {
        try run(
            """
            INSERT INTO api_key (user_id, access_key, secret_digest, created_at)
            VALUES (?, ?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE
            SET access_key = excluded.access_key,
                secret_digest = excluded.secret_digest,
                created_at = excluded.created_at
            """,
            [
                user.rawValue, key.accessKey, key.secretDigest.bytes, key.createdAt.rawValue,
            ]
        )
    }

    func removeAPIKey(of user: UserID) throws(MusterError) {
        try run("DELETE FROM api_key WHERE user_id = ?", [user.rawValue])
    }

    func noteKeyUse(_ uses: [UserID: Timestamp]) throws(MusterError) {
        for (user, at) in uses {
            try run(
                """
                UPDATE "user"
                SET last_key_use_at = ?1::bigint
                WHERE id = ?2
                  AND (last_key_use_at IS NULL OR last_key_use_at < ?1
                       OR last_key_use_at > ?1::bigint + ?3::bigint)
                """,
                [at.rawValue, user.rawValue, Timestamp.clockTolerance.wholeMilliseconds]
            )
        }
    }
}
