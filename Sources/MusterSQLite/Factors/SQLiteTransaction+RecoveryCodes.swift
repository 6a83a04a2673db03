import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func recoveryCodeCount(of user: UserID) throws(MusterError) -> Int {
        try row("SELECT count(*) FROM recovery_code WHERE user_id = ?", [user.rawValue]) {
            $0[0]
        } ?? 0
    }

    func replaceRecoveryCodes(of user: UserID, with digests: [Digest]) throws(MusterError) {
        try run("DELETE FROM recovery_code WHERE user_id = ?", [user.rawValue])
        for digest in digests {
            try run(
                "INSERT INTO recovery_code (code_digest, user_id) VALUES (?, ?)",
                [digest.bytes, user.rawValue]
            )
        }
        changesUsers = true
    }

    func spendRecoveryCode(_ digest: Digest, of user: UserID) throws(MusterError) -> Bool {
        try run(
            "DELETE FROM recovery_code WHERE code_digest = ? AND user_id = ?",
            [digest.bytes, user.rawValue]
        )
        let isSpent = changedRows > 0
        changesUsers = changesUsers || isSpent
        return isSpent
    }

    func failureCount(of factor: CountedFactor, of user: UserID) throws(MusterError) -> Int {
        try row(
            "SELECT count FROM factor_failure WHERE user_id = ? AND factor = ?",
            [user.rawValue, factor.rawValue]
        ) { $0[0] } ?? 0
    }

    func setFailureCount(
        _ count: Int,
        of factor: CountedFactor,
        of user: UserID
    ) throws(MusterError) {
        guard count > 0 else {
            try run(
                "DELETE FROM factor_failure WHERE user_id = ? AND factor = ?",
                [user.rawValue, factor.rawValue]
            )
            return
        }
        try run(
            """
            INSERT INTO factor_failure (user_id, factor, count)
            VALUES (?, ?, ?)
            ON CONFLICT (user_id, factor) DO UPDATE
            SET count = excluded.count
            """,
            [user.rawValue, factor.rawValue, count]
        )
    }

    func shutOutOfPasswordOnlyLogins(
        exceptApps hasApps: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        let names = try rows(
            """
            SELECT username
            FROM user
            WHERE (sms_enabled OR email_enabled OR second_factor_required
                    OR EXISTS (SELECT 1 FROM factor WHERE user_id = user.id AND tries_left IS NULL))
                AND password_permitted AND is_enabled
                AND NOT (?1 AND EXISTS (
                    SELECT 1
                    FROM factor
                    WHERE user_id = user.id AND secret_sealed IS NOT NULL AND tries_left IS NULL))
            ORDER BY id
            """,
            [hasApps]
        ) { Username(stored: $0[0]) }
        return (Array(names.prefix(limit)), names.count)
    }

    func beyondCodes(
        isEmailOn: Bool,
        isSMSOn: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        let names = try rows(
            """
            SELECT username
            FROM user
            WHERE (sms_enabled OR email_enabled)
                AND NOT (email_enabled AND ?1) AND NOT (sms_enabled AND ?2)
                AND NOT EXISTS (SELECT 1 FROM factor WHERE user_id = user.id AND tries_left IS NULL)
                AND password_permitted AND is_enabled
            ORDER BY id
            """,
            [isEmailOn, isSMSOn]
        ) { Username(stored: $0[0]) }
        return (Array(names.prefix(limit)), names.count)
    }

    func passkeySites() throws(MusterError) -> [PasskeySite] {
        try rows(
            """
            SELECT site, count(*)
            FROM factor
            WHERE site IS NOT NULL
            GROUP BY site
            ORDER BY count(*) DESC, site
            LIMIT ?
            """,
            [PasskeySite.most]
        ) { PasskeySite(id: $0[0], keys: $0[1]) }
    }
}
