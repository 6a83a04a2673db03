package import MusterCore

extension SQLTransaction {
    package func recoveryCodeCount(of user: UserID) throws(MusterError) -> Int {
        try row("SELECT count(*) FROM recovery_code WHERE user_id = ?", [user.rawValue]) {
            $0[0]
        } ?? 0
    }

    package func replaceRecoveryCodes(of user: UserID, with digests: [Digest]) throws(MusterError) {
        try run("DELETE FROM recovery_code WHERE user_id = ?", [user.rawValue])
        for digest in digests {
            try run(
                "INSERT INTO recovery_code (code_digest, user_id) VALUES (?, ?)",
                [digest.bytes, user.rawValue]
            )
        }
        changesUsers = true
    }

    package func spendRecoveryCode(_ digest: Digest, of user: UserID) throws(MusterError) -> Bool {
        let spent = try change(
            "DELETE FROM recovery_code WHERE code_digest = ? AND user_id = ?",
            [digest.bytes, user.rawValue]
        )
        let isSpent = spent > 0
        changesUsers = changesUsers || isSpent
        return isSpent
    }

    package func failureCount(of factor: CountedFactor, of user: UserID) throws(MusterError) -> Int
    {
        try row(
            "SELECT count FROM factor_failure WHERE user_id = ? AND factor = ?",
            [user.rawValue, factor.rawValue]
        ) { $0[0] } ?? 0
    }

    package func setFailureCount(
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

    package func shutOutOfPasswordOnlyLogins(
        exceptApps hasApps: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        let names = try rows(
            """
            SELECT u.username
            FROM "user" AS u
            WHERE (u.sms_enabled OR u.email_enabled OR u.second_factor_required
                    OR EXISTS (SELECT 1 FROM factor AS f WHERE f.user_id = u.id AND f.tries_left IS NULL))
                AND u.password_permitted AND u.is_enabled
                AND NOT (?1 AND EXISTS (
                    SELECT 1
                    FROM factor AS f
                    WHERE f.user_id = u.id AND f.secret_sealed IS NOT NULL AND f.tries_left IS NULL))
            ORDER BY u.id
            """,
            [hasApps]
        ) { Username(stored: $0[0]) }
        return (Array(names.prefix(limit)), names.count)
    }

    package func beyondCodes(
        isEmailOn: Bool,
        isSMSOn: Bool,
        limit: Int
    ) throws(MusterError) -> (names: [Username], count: Int) {
        let names = try rows(
            """
            SELECT u.username
            FROM "user" AS u
            WHERE (u.sms_enabled OR u.email_enabled)
                AND NOT (u.email_enabled AND ?1) AND NOT (u.sms_enabled AND ?2)
                AND NOT EXISTS (
                    SELECT 1 FROM factor AS f WHERE f.user_id = u.id AND f.tries_left IS NULL)
                AND u.password_permitted AND u.is_enabled
            ORDER BY u.id
            """,
            [isEmailOn, isSMSOn]
        ) { Username(stored: $0[0]) }
        return (Array(names.prefix(limit)), names.count)
    }

    package func passkeySites() throws(MusterError) -> [PasskeySite] {
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
