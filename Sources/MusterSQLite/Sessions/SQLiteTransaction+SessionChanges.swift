import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func insertSession(_ session: Session) throws(MusterError) {
        try run(
            """
            INSERT INTO session (token_digest, user_id, created_at, last_seen_at, address, authenticated_at,
                methods)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                session.digest.bytes, session.user.rawValue, session.createdAt.rawValue,
                session.lastSeenAt.rawValue, session.address?.description,
                session.authenticatedAt.rawValue, AuthenticationMethod.text(session.methods),
            ]
        )
    }

    func noteConfirmation(
        of digest: Digest,
        by methods: Set<AuthenticationMethod>,
        at now: Timestamp
    ) throws(MusterError) {
        try run(
            "UPDATE session SET authenticated_at = ?, methods = ? WHERE token_digest = ?",
            [now.rawValue, AuthenticationMethod.text(methods), digest.bytes]
        )
    }

    func sessionEnd(_ digest: Digest) throws(MusterError) -> SessionEnd? {
        let reason: String? = try row(
            "SELECT reason FROM ended_session WHERE token_digest = ?",
            [digest.bytes]
        ) { $0[0] }
        return reason.flatMap(SessionEnd.init)
    }

    func endSession(
        _ digest: Digest,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        guard let session = try session(digest) else { return }
        try run(
            """
            INSERT OR IGNORE INTO ended_session (token_digest, reason, ended_at, user_id)
            VALUES (?, ?, ?, ?)
            """,
            [digest.bytes, end.rawValue, now.rawValue, session.user.rawValue]
        )
        try run("DELETE FROM session WHERE token_digest = ?", [digest.bytes])
        try forgetSessionEnds(of: session.user)
    }

    func endSessions(
        of user: UserID,
        except digest: Digest?,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        let kept = digest.map(\.bytes)
        try run(
            """
            INSERT OR IGNORE INTO ended_session (token_digest, reason, ended_at, user_id)
            SELECT token_digest, ?, ?, user_id
            FROM session
            WHERE user_id = ? AND token_digest IS NOT ?
            ORDER BY created_at DESC, token_digest
            LIMIT ?
            """,
            [end.rawValue, now.rawValue, user.rawValue, kept, SessionLimits.endedPerUser]
        )
        try run(
            "DELETE FROM session WHERE user_id = ? AND token_digest IS NOT ?",
            [user.rawValue, kept]
        )
        try forgetSessionEnds(of: user)
    }

    func endOldestSessions(
        of user: UserID,
        keeping count: Int,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) -> [Digest] {
        // More than one there are only where they began before there was a bound.
        let digests = try rows(
            """
            SELECT token_digest
            FROM session
            WHERE user_id = ?
            ORDER BY created_at DESC, token_digest
            LIMIT 100 OFFSET ?
            """,
            [user.rawValue, count]
        ) { Digest($0.bytes(0)) }
        for digest in digests { try endSession(digest, because: end, at: now) }
        return digests
    }

    /// Forgets why sessions of a user ended, but for the last ones.
    private func forgetSessionEnds(of user: UserID) throws(MusterError) {
        try run(
            """
            DELETE FROM ended_session
            WHERE token_digest IN (
                SELECT token_digest
                FROM ended_session
                WHERE user_id = ?
                ORDER BY ended_at DESC
                LIMIT -1 OFFSET ?
            )
            """,
            [user.rawValue, SessionLimits.endedPerUser]
        )
    }

    func noteSessionUse(_ uses: [(digest: Digest, at: Timestamp)]) throws(MusterError) {
        for use in uses {
            try run(
                """
                UPDATE session
                SET last_seen_at = iif(last_seen_at > ?1 + ?3, ?1, max(last_seen_at, ?1))
                WHERE token_digest = ?2
                """,
                [
                    use.at.rawValue, use.digest.bytes,
                    Timestamp.clockTolerance.wholeMilliseconds,
                ]
            )
        }
    }
}
