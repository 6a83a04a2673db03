package import MusterCore

extension SQLTransaction {
    package func ceremony(_ digest: Digest) throws(MusterError) -> Ceremony? {
        try row(
            """
            SELECT user_id, purpose, session_digest, password_changed_at, challenge, issued_at, tries_left, digest
            FROM ceremony
            WHERE digest = ?
            """,
            [digest.bytes],
            Self.ceremony
        )
    }

    package func ceremonies(of user: UserID) throws(MusterError) -> [Ceremony] {
        try rows(
            """
            SELECT user_id, purpose, session_digest, password_changed_at, challenge, issued_at, tries_left, digest
            FROM ceremony
            WHERE user_id = ? AND purpose <> 'spent'
            ORDER BY issued_at, digest DESC
            """,
            [user.rawValue],
            Self.ceremony
        )
    }

    private static func ceremony(_ row: Row) -> Ceremony {
        var source: Digest?
        let purpose: Ceremony.Purpose
        switch row[1] as String {
        case "login":
            purpose = .login(passwordChangedAt: Timestamp(rawValue: row[3]))
            // A login has no session yet, so that the column is free for where it began.
            let bytes: [UInt8]? = row[2]
            source = bytes.map { Digest($0) }
        case "confirmation": purpose = .confirmation(row.bytes(2))
        case "registration": purpose = .registration
        default: purpose = .spent
        }
        return Ceremony(
            digest: Digest(row.bytes(7)),
            user: UserID(rawValue: row[0]),
            purpose: purpose,
            challenge: row.bytes(4),
            source: source,
            issuedAt: Timestamp(rawValue: row[5]),
            triesLeft: row[6]
        )
    }

    package func insertCeremony(_ ceremony: Ceremony) throws(MusterError) {
        var (session, changedAt): ([UInt8]?, Int64?) = (nil, nil)
        let purpose: String
        switch ceremony.purpose {
        case .login(let passwordChangedAt):
            (purpose, changedAt) = ("login", passwordChangedAt.rawValue)
            session = ceremony.source?.bytes
        case .confirmation(let digest): (purpose, session) = ("confirmation", digest)
        case .registration: purpose = "registration"
        case .spent: purpose = "spent"
        }
        try run(
            """
            INSERT INTO ceremony (digest, user_id, purpose, session_digest, password_changed_at, challenge,
                issued_at, tries_left)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                ceremony.digest.bytes, ceremony.user.rawValue, purpose, session, changedAt,
                ceremony.challenge, ceremony.issuedAt.rawValue, ceremony.triesLeft,
            ]
        )
        // What is spent takes nobody's place.
        guard purpose != "spent" else { return }
        // Nobody has as many as the limit says; SQLite knows no OFFSET without one.
        try run(
            """
            DELETE FROM ceremony
            WHERE digest IN (
                SELECT digest
                FROM ceremony
                WHERE user_id = ? AND purpose <> 'spent'
                ORDER BY issued_at DESC, digest
                LIMIT 1000000 OFFSET ?
            )
            """,
            [ceremony.user.rawValue, Ceremony.perUser]
        )
    }

    package func updateCeremony(_ ceremony: Ceremony) throws(MusterError) {
        try run(
            "UPDATE ceremony SET tries_left = ? WHERE digest = ?",
            [ceremony.triesLeft, ceremony.digest.bytes]
        )
    }

    package func deleteCeremony(_ digest: Digest) throws(MusterError) {
        try run("DELETE FROM ceremony WHERE digest = ?", [digest.bytes])
    }

    package func forgetCeremonies(outside span: ClosedRange<Timestamp>) throws(MusterError) {
        try run(
            "DELETE FROM ceremony WHERE issued_at < ? OR issued_at > ?",
            [span.lowerBound.rawValue, span.upperBound.rawValue]
        )
    }
}
