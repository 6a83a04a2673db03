import MusterCore
import MusterSQL

extension PostgresTransaction {
    func forgetSessionEnds(
        before limit: Timestamp,
        keeping total: Int,
        atMost count: Int
    ) throws(MusterError) -> Int {
        let outdated = try change(
            """
            DELETE FROM ended_session
            WHERE token_digest IN (
                SELECT token_digest FROM ended_session WHERE ended_at < ? ORDER BY ended_at
                LIMIT ?::bigint
            )
            """,
            [limit.rawValue, count]
        )
        guard outdated < count else { return outdated }
        // Counts no further than needed.
        let surplus = try change(
            """
            DELETE FROM ended_session
            WHERE token_digest IN (
                SELECT token_digest
                FROM ended_session
                ORDER BY ended_at
                LIMIT greatest(0, (SELECT count(*) FROM (SELECT 1 FROM ended_session LIMIT ?::bigint) AS e)
                    - ?::bigint)
            )
            """,
            [total + count - outdated, total]
        )
        return outdated + surplus
    }
}
