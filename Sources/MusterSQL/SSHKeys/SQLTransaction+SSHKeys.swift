package import MusterCore

extension SQLTransaction {
    package func sshKeys(of user: UserID) throws(MusterError) -> [StoredSSHKey] {
        try rows(
            """
            SELECT type, blob, fingerprint, added_at
            FROM ssh_key
            WHERE user_id = ?
            ORDER BY id
            """,
            [user.rawValue],
            Self.decodeKey
        )
    }

    package static func decodeKey(_ row: Row) throws -> StoredSSHKey {
        guard let type = SSHKeyType(rawValue: row[0]) else {
            throw MusterError(.storeUnavailable, "A public key cannot be read.")
        }
        return StoredSSHKey(
            key: SSHPublicKey(stored: type, blob: row.bytes(1)),
            fingerprint: row[2],
            addedAt: Timestamp(rawValue: row[3])
        )
    }

    package func addSSHKey(_ key: StoredSSHKey, to user: UserID) throws(MusterError) -> Bool {
        let added = try change(
            """
            INSERT INTO ssh_key (user_id, type, blob, fingerprint, added_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (user_id, fingerprint) DO NOTHING
            """,
            [
                user.rawValue, key.key.type.rawValue, key.key.blob, key.fingerprint,
                key.addedAt.rawValue,
            ]
        )
        changesUsers = changesUsers || added > 0
        return added > 0
    }

    package func removeSSHKey(fingerprint: String, from user: UserID) throws(MusterError) -> Bool {
        let removed = try change(
            "DELETE FROM ssh_key WHERE user_id = ? AND fingerprint = ?",
            [user.rawValue, fingerprint]
        )
        let hasChanged = removed > 0
        changesUsers = changesUsers || hasChanged
        return hasChanged
    }
}
