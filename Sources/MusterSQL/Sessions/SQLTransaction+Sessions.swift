package import MusterCore

extension SQLTransaction {
    package func session(_ digest: Digest) throws(MusterError) -> Session? {
        try row(
            """
            SELECT user_id, created_at, last_seen_at, address, authenticated_at, methods, program
            FROM session
            WHERE token_digest = ?
            """,
            [digest.bytes]
        ) { decodeSession($0, under: digest) }
    }

    package func session(_ id: SessionID) throws(MusterError) -> Session? {
        // Between the name and itself with ones after it lie all digests that begin with it.
        let last = id.bytes + [UInt8](repeating: 0xFF, count: Digest.byteCount - id.bytes.count)
        return try row(
            """
            SELECT user_id, created_at, last_seen_at, address, authenticated_at, methods, program,
                token_digest
            FROM session
            WHERE token_digest BETWEEN ? AND ?
            """,
            [id.bytes, last]
        ) { decodeSession($0, under: Digest($0.bytes(7))) }
    }

    package func sessions(_ query: SessionQuery) throws(MusterError) -> [OwnedSession] {
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
                s.program, s.token_digest, u.username
            FROM session AS s
            JOIN "user" AS u ON u.id = s.user_id
            \(filter)
            ORDER BY s.created_at DESC, s.token_digest
            LIMIT ?
            """,
            arguments
        ) { row in
            OwnedSession(
                session: decodeSession(row, under: Digest(row.bytes(7))),
                owner: Username(stored: row[8])
            )
        }
    }

    package func sessionCount(of user: UserID?) throws(MusterError) -> Int {
        let count: Int? =
            if let user {
                try row("SELECT count(*) FROM session WHERE user_id = ?", [user.rawValue]) { $0[0] }
            } else {
                try row("SELECT count(*) FROM session", []) { $0[0] }
            }
        return count ?? 0
    }

    private func decodeSession(_ row: Row, under digest: Digest) -> Session {
        Session(
            digest: digest,
            user: UserID(rawValue: row[0]),
            createdAt: Timestamp(rawValue: row[1]),
            lastSeenAt: Timestamp(rawValue: row[2]),
            address: (row[3] as String?).flatMap { IPAddress($0) },
            authenticatedAt: row.optionalTimestamp(4),
            methods: AuthenticationMethod.methods(in: row[5]),
            program: (row[6] as String?).map { ProgramName(stored: $0) }
        )
    }
}
