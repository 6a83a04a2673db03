package import MusterCore

extension SQLTransaction {
    package func loginFacts(
        of reference: UserReference,
        from sources: [LoginSource]
    ) throws(MusterError) -> LoginFacts? {
        guard let user = try user(reference) else { return nil }
        return LoginFacts(
            user: user,
            password: try password(of: user.id),
            records: try sources.map { source throws(MusterError) in
                try loginSource(source, of: user.id)
            },
            hasFactor: try hasFactor(user.id)
        )
    }

    package func loginSource(
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

    package func loginSources(
        of user: UserID
    ) throws(MusterError) -> [(source: LoginSource, record: LoginSourceRecord)] {
        try rows(
            """
            SELECT source, failure_count, last_failure_at, last_success_at
            FROM login_source
            WHERE user_id = ?
            """,
            [user.rawValue]
        ) { row in
            (
                source: LoginSource(stored: row[0]),
                record: LoginSourceRecord(
                    failureCount: row[1],
                    lastFailure: row.optionalTimestamp(2),
                    lastSuccess: row.optionalTimestamp(3)
                )
            )
        }
    }

    package func replaceLoginSource(
        _ source: LoginSource,
        of user: UserID,
        with record: LoginSourceRecord
    ) throws(MusterError) {
        try run(
            """
            INSERT INTO login_source (user_id, source, failure_count, last_failure_at, last_success_at)
            VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (user_id, source) DO UPDATE
            SET failure_count = excluded.failure_count,
                last_failure_at = excluded.last_failure_at,
                last_success_at = excluded.last_success_at
            """,
            [
                user.rawValue, source.text, record.failureCount, record.lastFailure?.rawValue,
                record.lastSuccess?.rawValue,
            ]
        )
    }

    package func forgetLoginSource(_ source: LoginSource, of user: UserID) throws(MusterError) {
        try run(
            "DELETE FROM login_source WHERE user_id = ? AND source = ?",
            [user.rawValue, source.text]
        )
    }

    package func forgetLoginFailures(of user: UserID) throws(MusterError) {
        try run(
            "DELETE FROM login_source WHERE user_id = ? AND last_success_at IS NULL",
            [user.rawValue]
        )
        try run(
            "UPDATE login_source SET failure_count = 0, last_failure_at = NULL WHERE user_id = ?",
            [user.rawValue]
        )
    }

    package func forgetLoginFailures(outside period: ClosedRange<Timestamp>) throws(MusterError) {
        try run(
            """
            DELETE FROM login_source
            WHERE last_success_at IS NULL AND (last_failure_at < ? OR last_failure_at > ?)
            """,
            [period.lowerBound.rawValue, period.upperBound.rawValue]
        )
    }
}
