import MusterCore

extension PostgresTransaction {
    func userIDs(named usernames: [Username]) throws(MusterError) -> [UserID?] {
        let found = try rows(
            """
            SELECT wanted.place, u.id
            FROM unnest(?::text[]) WITH ORDINALITY AS wanted (username, place)
            JOIN "user" AS u ON lower(u.username) = lower(wanted.username COLLATE "C")
            """,
            [PostgresArray(usernames.map(\.text))]
        ) { row in (place: row[0] as Int, id: UserID(rawValue: row[1])) }
        var ids = [UserID?](repeating: nil, count: usernames.count)
        for (place, id) in found where ids.indices.contains(place - 1) { ids[place - 1] = id }
        return ids
    }

    func insertUsers(
        _ arrivals: [UserInsertion],
        at now: Timestamp
    ) throws(MusterError) -> [UserID?] {
        connection.hasWritten = true
        let places = arrivals.map { PostgresTransaction.places($0.draft, $0.uuid, now) }
        let ids = try translating {
            try connection.each(PostgresTransaction.insertion, places) { UserID(rawValue: $0[0]) }
        }
        for (arrival, id) in zip(arrivals, ids) {
            guard let id, let password = arrival.password else { continue }
            // No former password can be there, so that this is one statement and not three.
            try run(
                """
                INSERT INTO password (user_id, hash, is_temporary, changed_at)
                VALUES (?, ?, ?, ?)
                """,
                [
                    id.rawValue, password.hash.text, password.isTemporary,
                    password.changedAt.rawValue,
                ]
            )
        }
        changesUsers = changesUsers || ids.contains { $0 != nil }
        return ids
    }
}
