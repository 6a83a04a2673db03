package import MusterCore

extension SQLTransaction {
    package func endExpiredSessions(
        after last: Digest?,
        atMost count: Int,
        begunBefore limit: Timestamp,
        now: Timestamp
    ) throws(MusterError) -> Digest? {
        // A left join keeps SQLite's order: the sessions first, along their primary key. None is without its user.
        let next = try rows(
            """
            SELECT s.user_id, s.created_at, s.last_seen_at, s.token_digest, u.inactivity_timeout_s,
                u.expires_at
            FROM session AS s
            LEFT JOIN "user" AS u ON u.id = s.user_id
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
}
