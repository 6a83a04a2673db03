package import MusterCore

extension SQLTransaction {
    package func updateLogins(of user: UserID, to record: LoginRecord) throws(MusterError) {
        try run(
            """
            UPDATE "user"
            SET login_failure_count = ?, login_failure_total = ?,
                last_login_failure_at = ?, last_login_at = ?, last_login_closing_at = ?
            WHERE id = ?
            """,
            [
                record.failureCount, record.failureTotal, record.lastFailure?.rawValue,
                record.lastSuccess?.rawValue, record.lastClosing?.rawValue, user.rawValue,
            ]
        )
    }
}
