import MusterCore
import MusterSQL

extension PostgresTransaction {
    private static let byToken: StatementText = """
        SELECT \(UserRow.columns), s.created_at, s.last_seen_at, s.address, s.authenticated_at,
            s.methods, p.is_temporary
        FROM session AS s
        JOIN "user" AS u ON u.id = s.user_id
        LEFT JOIN password AS p ON p.user_id = s.user_id
        WHERE s.token_digest = ?
        """

    func sessionHolder(_ digest: Digest) throws(MusterError) -> SessionHolder? {
        try row(Self.byToken, [digest.bytes]) { row in
            let owner = try decodeUser(row)
            return SessionHolder(
                session: Session(
                    digest: digest,
                    user: owner.id,
                    createdAt: Timestamp(rawValue: row[UserRow.count]),
                    lastSeenAt: Timestamp(rawValue: row[UserRow.count + 1]),
                    address: (row[UserRow.count + 2] as String?).flatMap { IPAddress($0) },
                    authenticatedAt: row.optionalTimestamp(UserRow.count + 3),
                    methods: AuthenticationMethod.methods(in: row[UserRow.count + 4])
                ),
                owner: owner,
                mustChangePassword: (row[UserRow.count + 5] as Bool?) ?? false
            )
        }
    }

    func session(_ digest: Digest) throws(MusterError) -> Session? {
        try row(
            """
            SELECT user_id, created_at, last_seen_at, address, authenticated_at, methods
            FROM session
            WHERE token_digest = ?
            """,
            [digest.bytes]
        ) { decodeSession($0, under: digest) }
    }

    func session(_ id: SessionID) throws(MusterError) -> Session? {
        // Between the name and itself with ones after it lie all digests that begin with it.
        let last = id.bytes + [UInt8](repeating: 0xFF, count: Digest.byteCount - id.bytes.count)
        return try row(
            """
            SELECT user_id, created_at, last_seen_at, address, authenticated_at, methods, token_digest
            FROM session
            WHERE token_digest BETWEEN ? AND ?
            """,
            [id.bytes, last]
        ) { decodeSession($0, under: Digest($0.bytes(6))) }
    }

    func sessions(_ query: SessionQuery) throws(MusterError) -> [OwnedSession] {
        var parts: [StatementText] = []
        var arguments: [(any SQLArgument)?] = []
        if let user = query.user {
            parts.append("s.user_id = ?")
            arguments.append(user.rawValue)
        }
        if let last = query.after {
            // The first of these begins in the index where the page before ended.
            parts += ["s.created_at <= ?", "(s.created_at < ? OR s.token_digest > ?)"]
            let time = last.createdAt.rawValue
            arguments += [time, time, last.digest.bytes]
        }
        let filter: StatementText =
            parts.isEmpty ? "" : "WHERE \(StatementText(joining: parts, separator: " AND "))"
        arguments.append(query.limit)
        return try rows(
            """
            SELECT s.user_id, s.created_at, s.last_seen_at, s.address, s.authenticated_at, s.methods,
                s.token_digest, u.username
            FROM session AS s
            JOIN "user" AS u ON u.id = s.user_id
            \(filter)
            ORDER BY s.created_at DESC, s.token_digest
            LIMIT ?
            """,
            arguments
        ) { row in
            OwnedSession(
                session: decodeSession(row, under: Digest(row.bytes(6))),
                owner: Username(stored: row[7])
            )
        }
    }

    func sessionCount(of user: UserID?) throws(MusterError) -> Int {
        let count: Int? =
            if let user {
                try row("SELECT count(*) FROM session WHERE user_id = ?", [user.rawValue]) { $0[0] }
            } else {
                try row("SELECT count(*) FROM session", []) { $0[0] }
            }
        return count ?? 0
    }

    private func decodeSession(_ row: PostgresRow, under digest: Digest) -> Session {
        Session(
            digest: digest,
            user: UserID(rawValue: row[0]),
            createdAt: Timestamp(rawValue: row[1]),
            lastSeenAt: Timestamp(rawValue: row[2]),
            address: (row[3] as String?).flatMap { IPAddress($0) },
            authenticatedAt: row.optionalTimestamp(4),
            methods: AuthenticationMethod.methods(in: row[5])
        )
    }

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
            INSERT INTO ended_session (token_digest, reason, ended_at, user_id)
            VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING
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
            INSERT INTO ended_session (token_digest, reason, ended_at, user_id)
            SELECT token_digest, ?::text, ?::bigint, user_id
            FROM session
            WHERE user_id = ? AND token_digest IS DISTINCT FROM ?
            ORDER BY created_at DESC, token_digest
            LIMIT ?::bigint
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
                OFFSET ?
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
                SET last_seen_at = CASE WHEN last_seen_at > ?1::bigint + ?3::bigint THEN ?1::bigint
                    ELSE greatest(last_seen_at, ?1::bigint) END
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
