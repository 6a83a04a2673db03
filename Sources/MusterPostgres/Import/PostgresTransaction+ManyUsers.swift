import FoundationEssentials
import MusterCore
import MusterSQL

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

    private static let userTypes = WrittenColumn.all.map(\.type) + [.uuid, .bigint, .bigint]
    private static let userColumns: StatementText =
        "\(WrittenColumn.names), uuid, created_at, changed_at"

    /// Numbers are given in the order of the rows, as they are sorted before.
    private static let insertionOfMany: StatementText = """
        INSERT INTO "user" (\(userColumns))
        SELECT \(userColumns)
        FROM unnest(\(PostgresColumn.places(userTypes))) WITH ORDINALITY AS arrival (\(userColumns), place)
        ORDER BY place
        ON CONFLICT (lower(username)) DO NOTHING
        RETURNING id, uuid
        """

    private static let passwordTypes: [PostgresType] = [.bigint, .text, .boolean, .bigint]

    /// No former password can be there, so that this is one statement and not three.
    private static let passwordsOfMany: StatementText = """
        INSERT INTO password (user_id, hash, is_temporary, changed_at)
        SELECT user_id, hash, is_temporary, changed_at
        FROM unnest(\(PostgresColumn.places(passwordTypes)))
            AS arrival (user_id, hash, is_temporary, changed_at)
        """

    func insertUsers(
        _ arrivals: [UserInsertion],
        at now: Timestamp
    ) throws(MusterError) -> [UserID?] {
        connection.noteWrite()
        var found: [UUID: UserID] = [:]
        try Self.inParts(arrivals) { some throws(MusterError) in
            let rows = some.map { Self.places($0.draft, $0.uuid, now) }
            let made = try self.rows(
                Self.insertionOfMany,
                PostgresColumn.columns(of: rows, Self.userTypes)
            ) { row in (id: UserID(rawValue: row[0]), uuid: row[1] as UUID) }
            for (id, uuid) in made { found[uuid] = id }
        }
        let ids = arrivals.map { found[$0.uuid] }
        let passwords = zip(arrivals, ids).compactMap { arrival, id in
            id.flatMap { id in arrival.password.map { (id, $0) } }
        }
        try Self.inParts(passwords) { some throws(MusterError) in
            let rows = some.map { id, password -> [(any SQLArgument)?] in
                [
                    id.rawValue, password.hash.text, password.isTemporary,
                    password.changedAt.rawValue,
                ]
            }
            try run(Self.passwordsOfMany, PostgresColumn.columns(of: rows, Self.passwordTypes))
        }
        changesUsers = changesUsers || !found.isEmpty
        return ids
    }
}
