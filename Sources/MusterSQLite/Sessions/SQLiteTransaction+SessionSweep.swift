import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func forgetSessionEnds(
        before limit: Timestamp,
        keeping total: Int,
        atMost count: Int
    ) throws(MusterError) -> Int {
        try run(
            """
            DELETE FROM ended_session
            WHERE token_digest IN (
                SELECT token_digest FROM ended_session WHERE ended_at < ? ORDER BY ended_at LIMIT ?
            )
            """,
            [limit.rawValue, count]
        )
        let outdated = changedRows
        guard outdated < count else { return outdated }
        // Counts no further than needed.
        try run(
            """
            DELETE FROM ended_session
            WHERE token_digest IN (
                SELECT token_digest
                FROM ended_session
                ORDER BY ended_at
                LIMIT max(0, (SELECT count(*) FROM (SELECT 1 FROM ended_session LIMIT ?)) - ?)
            )
            """,
            [total + count - outdated, total]
        )
        return outdated + changedRows
    }
}
