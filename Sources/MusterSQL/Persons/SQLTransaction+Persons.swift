package import MusterCore

extension SQLTransaction {
    package func person(of user: UserID) throws(MusterError) -> Person? {
        let person = try row(
            "SELECT external_id, document FROM person WHERE user_id = ?",
            [user.rawValue]
        ) { Person(externalID: $0[0], document: $0[1]) }
        guard var person else { return nil }
        person.otherAddresses = try otherAddresses(of: user)
        return person
    }

    /// The addresses of a person beside the user's own, in their order.
    package func otherAddresses(of user: UserID) throws(MusterError) -> [String] {
        try rows(
            "SELECT address FROM person_address WHERE user_id = ? ORDER BY place",
            [user.rawValue]
        ) { $0[0] }
    }

    /// The users whom a statement finds by a text, at most so many, in its order.
    package func users(
        _ text: StatementText,
        _ key: String,
        _ limit: Int
    ) throws(MusterError) -> [UserID] {
        // SQLite ends a text at its first NUL, and PostgreSQL refuses it; nothing that is kept has one.
        guard !key.utf8.contains(0) else { return [] }
        return try rows(text, [key, limit]) { UserID(rawValue: $0[0]) }
    }

    package func replacePerson(of user: UserID, with person: Person) throws(MusterError) {
        try run(
            """
            INSERT INTO person (user_id, external_id, document)
            VALUES (?, ?, ?)
            ON CONFLICT (user_id) DO UPDATE
            SET external_id = excluded.external_id, document = excluded.document
            """,
            [user.rawValue, person.externalID, person.document]
        )
        try run("DELETE FROM person_address WHERE user_id = ?", [user.rawValue])
        for (place, address) in person.otherAddresses.enumerated() {
            try run(
                "INSERT INTO person_address (user_id, place, address) VALUES (?, ?, ?)",
                [user.rawValue, place, address]
            )
        }
        changesUsers = true
    }
}
