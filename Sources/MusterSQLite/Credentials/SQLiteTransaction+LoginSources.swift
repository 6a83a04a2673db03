import MusterCore

extension SQLiteTransaction {
    func loginSource(
        _ source: LoginSource,
        of user: UserID
    ) throws(MusterError) -> LoginSourceRecord {
        try row(
            """
            SELECT failure_count, last_failure_at, last_success_at
            FROM login_source
            WHERE user_id = ? AND source = ?
            """,
            [user.rawValue, source.text]
        ) { row in
            LoginSourceRecord(
                failureCount: row[0],
                lastFailure: row.optionalTimestamp(1),
                lastSuccess: row.optionalTimestamp(2)
            )
        } ?? LoginSourceRecord()
    }

    func updateLoginSource(
        _ source: LoginSource,
        of user: UserID,
        to record: LoginSourceRecord
    ) throws(MusterError) {
        try run(
            """
            UPDATE login_source
            SET failure_count = ?, last_failure_at = ?, last_success_at = ?
            WHERE user_id = ? AND source = ?
            """,
            [
                record.failureCount, record.lastFailure?.rawValue, record.lastSuccess?.rawValue,
                user.rawValue, source.text,
            ]
        )
        guard changedRows == 0 else { return }
        try run(
            """
            INSERT INTO login_source (user_id, source, failure_count, last_failure_at, last_success_at)
            VALUES (?, ?, ?, ?, ?)
            """,
            [
                user.rawValue, source.text, record.failureCount, record.lastFailure?.rawValue,
                record.lastSuccess?.rawValue,
            ]
        )
        try forgetOldestSources(of: user)
    }

    private func forgetOldestSources(of user: UserID) throws(MusterError) {
        try run(
            """
            DELETE FROM login_source
            WHERE user_id = ?1 AND source IN (
                SELECT source FROM login_source
                WHERE user_id = ?1 AND last_success_at IS NOT NULL
                ORDER BY last_success_at DESC, source
                LIMIT -1 OFFSET ?2
            )
            """,
            [user.rawValue, LoginSourceLimits.familiar]
        )
        try run(
            """
            DELETE FROM login_source
            WHERE user_id = ?1 AND source IN (
                SELECT source FROM login_source
                WHERE user_id = ?1 AND last_success_at IS NULL
                ORDER BY last_failure_at DESC, source
                LIMIT -1 OFFSET ?2
            )
            """,
            [user.rawValue, LoginSourceLimits.failing]
        )
    }

    func forgetLoginFailures(of user: UserID) throws(MusterError) {
        try run(
            "DELETE FROM login_source WHERE user_id = ? AND last_success_at IS NULL",
            [user.rawValue]
        )
        try run(
            "UPDATE login_source SET failure_count = 0, last_failure_at = NULL WHERE user_id = ?",
            [user.rawValue]
        )
    }

    func forgetLoginFailures(before limit: Timestamp) throws(MusterError) {
        try run(
            "DELETE FROM login_source WHERE last_success_at IS NULL AND last_failure_at < ?",
            [limit.rawValue]
        )
    }

    func countRefusal(
        from source: LoginSource,
        in minute: Timestamp
    ) throws(MusterError) -> Int {
        try run(
            """
            INSERT INTO refusal (minute, source, count)
            VALUES (?, ?, 1)
            ON CONFLICT (minute, source) DO UPDATE SET count = count + 1
            """,
            [minute.rawValue, source.text]
        )
        return try row(
            "SELECT count FROM refusal WHERE minute = ? AND source = ?",
            [minute.rawValue, source.text]
        ) { $0[0] } ?? 0
    }

    func takeRefusals(
        before limit: Timestamp,
        most: Int
    ) throws(MusterError) -> [(source: LoginSource, minute: Timestamp, count: Int)] {
        let taken = try rows(
            """
            SELECT minute, source, count
            FROM refusal
            WHERE minute < ?
            ORDER BY minute, source
            LIMIT ?
            """,
            [limit.rawValue, most]
        ) { row in
            (
                source: LoginSource(stored: row[1]), minute: Timestamp(rawValue: row[0]),
                count: row[2] as Int
            )
        }
        for (source, minute, _) in taken {
            try run(
                "DELETE FROM refusal WHERE minute = ? AND source = ?",
                [minute.rawValue, source.text]
            )
        }
        return taken
    }
}
