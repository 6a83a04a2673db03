import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func persons(of users: [UserID]) throws(MusterError) -> [UserID: Person] {
        // One is looked up sooner than a list of one.
        if users.count == 1 {
            return try person(of: users[0]).map { [users[0]: $0] } ?? [:]
        }
        let persons = try rows(
            """
            SELECT p.user_id, p.external_id, p.document
            FROM json_each(?) AS j CROSS JOIN person AS p ON p.user_id = j.value
            """,
            [users.asList]
        ) { (UserID(rawValue: $0[0]), Person(externalID: $0[1], document: $0[2])) }
        guard !persons.isEmpty else { return [:] }
        var found = Dictionary(persons) { first, _ in first }
        let addresses: [(user: UserID, address: String)] = try rows(
            """
            SELECT a.user_id, a.address
            FROM json_each(?) AS j CROSS JOIN person_address AS a ON a.user_id = j.value
            ORDER BY a.user_id, a.place
            """,
            [found.keys.asList]
        ) { (UserID(rawValue: $0[0]), $0[1]) }
        for (user, address) in addresses { found[user]?.otherAddresses.append(address) }
        return found
    }

    func users(of key: PersonKey, limit: Int) throws(MusterError) -> [UserID] {
        switch key {
        case .externalID(let id):
            try users(
                "SELECT user_id FROM person WHERE external_id = ? ORDER BY user_id LIMIT ?",
                id,
                limit
            )
        case .name(let name):
            try users(
                """
                SELECT id FROM user AS u
                WHERE ifnull(name, username) COLLATE NOCASE = ?
                ORDER BY id
                LIMIT ?
                """,
                name,
                limit
            )
        case .address(let address):
            try users(
                """
                SELECT id FROM user WHERE ifnull(email, username) COLLATE NOCASE = ?1
                UNION
                SELECT user_id FROM person_address WHERE address = ?1
                ORDER BY 1
                LIMIT ?2
                """,
                address,
                limit
            )
        }
    }
}

extension Collection<UserID> {
    /// The users' numbers as SQLite's `json_each` reads them.
    var asList: String { "[" + map { String($0.rawValue) }.joined(separator: ",") + "]" }
}
