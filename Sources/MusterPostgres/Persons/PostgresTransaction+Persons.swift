import MusterCore
import MusterSQL

extension PostgresTransaction {
    func persons(of users: [UserID]) throws(MusterError) -> [UserID: Person] {
        let ids: [(any SQLArgument)?] = [PostgresArray(users.map(\.rawValue))]
        var found: [UserID: Person] = [:]
        try together([(Self.personsOfMany, ids), (Self.addressesOfMany, ids)]) { place, row in
            if place == 0 {
                found[UserID(rawValue: row[0])] = Self.decodePerson(row)
            } else {
                found[UserID(rawValue: row[0])]?.otherAddresses.append(row[1])
            }
        }
        return found
    }

    static let personsOfMany: StatementText = """
        SELECT user_id, external_id, document FROM person WHERE user_id = ANY (?::bigint[])
        """

    static let addressesOfMany: StatementText = """
        SELECT user_id, address FROM person_address
        WHERE user_id = ANY (?::bigint[])
        ORDER BY user_id, place
        """

    static func decodePerson(_ row: PostgresRow) -> Person {
        Person(externalID: row[1], document: row[2])
    }

    func users(of key: PersonKey, limit: Int) throws(MusterError) -> [UserID] {
        // Who has the key is found before they are counted: by its index, however few are wanted.
        switch key {
        case .externalID(let id):
            try users(
                """
                WITH found AS MATERIALIZED (SELECT user_id AS id FROM person WHERE external_id = ?1)
                SELECT id FROM found ORDER BY id LIMIT ?2::bigint
                """,
                id,
                limit
            )
        case .name(let name):
            try users(
                """
                WITH found AS MATERIALIZED (
                    SELECT id FROM "user" AS u
                    WHERE lower(coalesce(u.name, u.username)) = lower(?1 COLLATE "C")
                )
                SELECT id FROM found ORDER BY id LIMIT ?2::bigint
                """,
                name,
                limit
            )
        case .address(let address):
            try users(
                """
                WITH found AS MATERIALIZED (
                    SELECT id FROM "user"
                    WHERE lower(coalesce(email, username)) = lower(?1 COLLATE "C")
                    UNION
                    SELECT user_id FROM person_address WHERE lower(address) = lower(?1 COLLATE "C")
                )
                SELECT id FROM found ORDER BY id LIMIT ?2::bigint
                """,
                address,
                limit
            )
        }
    }
}
