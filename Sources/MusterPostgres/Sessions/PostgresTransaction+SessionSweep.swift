import MusterCore
import MusterSQL

extension PostgresTransaction {
    func endExpiredSessions(
        after last: Digest?,
        atMost count: Int,
        begunBefore limit: Timestamp,
        now: Timestamp
    ) throws(MusterError) -> Digest? {
        let next = try rows(
            """
            SELECT s.user_id, s.created_at, s.last_seen_at, s.token_digest, u.inactivity_timeout_s,
                u.expires_at
            FROM session AS s
            JOIN "user" AS u ON u.id = s.user_id
            WHERE s.token_digest > ?
            ORDER BY s.token_digest
            LIMIT ?
            """,
            [last?.bytes ?? [], count]
        ) { row in
            let session = Session(
                digest: Digest(row.bytes(3)),
                user: UserID(rawValue: row[0]),
                createdAt: Timestamp(rawValue: row[1]),
                lastSeenAt: Timestamp(rawValue: row[2]),
                address: nil
            )
            let timeout: Int = row[4]
            let end = session.end(
                at: now,
                begunBefore: limit,
                timeout: .seconds(timeout),
                expiry: row.optionalTimestamp(5)
            )
            return (session.digest, end)
        }
        for case (let digest, let end?) in next {
            try endSession(digest, because: end, at: now)
        }
        return next.count < count ? nil : next.last?.0
    }

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
