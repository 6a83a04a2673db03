package import MusterCore

extension SQLTransaction {
    package func hasAPIKey(_ user: UserID) throws(MusterError) -> Bool {
        try row("SELECT true FROM api_key WHERE user_id = ?", [user.rawValue]) { _ in true }
            ?? false
    }

    package func replaceAPIKey(of user: UserID, with key: StoredAPIKey) throws(MusterError) {
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

    package func removeAPIKey(of user: UserID) throws(MusterError) {
        try run("DELETE FROM api_key WHERE user_id = ?", [user.rawValue])
    }
}
