import MusterCore
import MusterSQL

extension SQLiteTransaction {
    private static let byToken: StatementText = """
        SELECT \(UserRow.columns), s.created_at, s.last_seen_at, s.address, s.authenticated_at,
            s.methods, p.is_temporary, \(FactorColumn.isThere)
        FROM session AS s
        JOIN user AS u ON u.id = s.user_id
        LEFT JOIN password AS p ON p.user_id = s.user_id
        WHERE s.token_digest = ?
        """

    func sessionHolder(_ digest: Digest) throws(MusterError) -> SessionHolder? {
        if let found = handle.callers.sessions[DigestKey(digest)] { return found }
        let found = try row(Self.byToken, [digest.bytes]) { row in
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
                mustChangePassword: (row[UserRow.count + 5] as Bool?) ?? false,
                hasFactor: row[UserRow.count + 6]
            )
        }
        if let found { handle.keep { $0.add(found) } }
        return found
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
