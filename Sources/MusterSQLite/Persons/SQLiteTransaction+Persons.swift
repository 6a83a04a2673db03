import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func persons(of users: [UserID]) throws(MusterError) -> [UserID: Person] {
        var found: [UserID: Person] = [:]
        for user in users {
            if let person = try person(of: user) { found[user] = person }
        }
        return found
    }

    func users(of key: PersonKey) throws(MusterError) -> [UserID] {
        switch key {
        case .externalID(let id):
            try users(
                "SELECT user_id FROM person WHERE external_id = ? ORDER BY user_id",
                id
            )
        case .name(let name):
            try users(
                """
                SELECT id FROM user AS u
                WHERE ifnull(name, username) COLLATE NOCASE = ?
                ORDER BY id
                """,
                name
            )
        case .address(let address):
            try users(
                """
                SELECT id FROM user WHERE ifnull(email, username) COLLATE NOCASE = ?1
                UNION
                SELECT user_id FROM person_address WHERE address = ?1
                ORDER BY 1
                """,
                address
            )
        }
    }

    private func users(_ text: StatementText, _ key: String) throws(MusterError) -> [UserID] {
        // SQLite ends a text at its first NUL; nothing that is kept has one.
        guard !key.utf8.contains(0) else { return [] }
        return try rows(text, [key]) { UserID(rawValue: $0[0]) }
    }
}
