package import MusterCore

extension SQLTransaction {
    package func insertSession(_ session: Session) throws(MusterError) {
        try run(
            """
            INSERT INTO session (token_digest, user_id, created_at, last_seen_at, address, authenticated_at,
                methods, program)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                session.digest.bytes, session.user.rawValue, session.createdAt.rawValue,
                session.lastSeenAt.rawValue, session.address?.description,
                session.authenticatedAt.rawValue, AuthenticationMethod.text(session.methods),
                session.program?.text,
            ]
        )
    }

    package func noteConfirmation(
        of digest: Digest,
        by methods: Set<AuthenticationMethod>,
        at now: Timestamp
    ) throws(MusterError) {
        try run(
            "UPDATE session SET authenticated_at = ?, methods = ? WHERE token_digest = ?",
            [now.rawValue, AuthenticationMethod.text(methods), digest.bytes]
        )
    }

    package func sessionEnd(_ digest: Digest) throws(MusterError) -> SessionEnd? {
        let reason: String? = try row(
            "SELECT reason FROM ended_session WHERE token_digest = ?",
            [digest.bytes]
        ) { $0[0] }
        return reason.flatMap(SessionEnd.init)
    }

    package func endSession(
        _ digest: Digest,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        guard let session = try session(digest) else { return }
        try run(
            """
            INSERT INTO ended_session (token_digest, reason, ended_at, user_id)
            VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [digest.bytes, end.rawValue, now.rawValue, session.user.rawValue]
        )
        try run("DELETE FROM session WHERE token_digest = ?", [digest.bytes])
        try forgetSessionEnds(of: session.user)
    }

    package func endSessions(
        of user: UserID,
        except digest: Digest?,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        let kept = digest.map(\.bytes)
        try run(
            """
            INSERT INTO ended_session (token_digest, reason, ended_at, user_id)
            SELECT token_digest, CAST(? AS text), CAST(? AS bigint), user_id
            FROM session
            WHERE user_id = ? AND token_digest IS DISTINCT FROM ?
            ORDER BY created_at DESC, token_digest
            LIMIT ?
            ON CONFLICT DO NOTHING
            """,
            [end.rawValue, now.rawValue, user.rawValue, kept, SessionLimits.endedPerUser]
        )
        try run(
            "DELETE FROM session WHERE user_id = ? AND token_digest IS DISTINCT FROM ?",
            [user.rawValue, kept]
        )
        try forgetSessionEnds(of: user)
    }

    package func endOldestSessions(
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
        // Nobody has as many as the limit says; SQLite knows no OFFSET without one.
        try run(
            """
            DELETE FROM ended_session
            WHERE token_digest IN (
                SELECT token_digest
                FROM ended_session
                WHERE user_id = ?
                ORDER BY ended_at DESC
                LIMIT 1000000 OFFSET ?
            )
            """,
            [user.rawValue, SessionLimits.endedPerUser]
        )
    }
}
