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
