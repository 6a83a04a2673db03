import FoundationEssentials
import MusterCore
import MusterSQL

/// How a replica that lacks very many changes gets on.
extension ChangeFeed {
    /// How many rows a filling copies in the time in which one change is followed: estimated, as a change is a look for its row, and is
    /// taken out of the replica's indexes and put in again, where a filling sorts once.
    private static let cost: Int64 = 4

    /// From how many changes on it takes longer to follow them than to fill a replica again, of so many rows.
    static func limit(of rows: Int64, few: Int64) -> Int64 { max(few, rows / cost) }

    /// Has the changes from now on kept, for longer than the hour for which all are, until the node has filled a replica and
    /// follows; see ``PostgresGroup/forgetOld(on:)``.
    ///
    /// - Throws: ``PostgresError``.
    func keep(for node: FeedNode) throws {
        connection.failure = nil
        try connection.send(
            """
            INSERT INTO node (id, name, version, position)
            SELECT ?, ?, ?, position FROM change_count WHERE id = 1
            ON CONFLICT (id) DO UPDATE
            SET position = excluded.position, beat = 0, seen_at = now()
            """,
            [node.id, node.name, node.version]
        )
        try connection.settle()
    }

    /// Looks whether a replica lacks so much that it is better filled again.
    ///
    /// That has to be asked once only: while it follows, the others go on, and one that was filled a moment ago would not lack less
    /// if it were filled again.
    ///
    /// - Throws: ``Broken`` where that is so; ``PostgresError``.
    func requireNear(_ start: FeedPlace) throws {
        let names = ReplicatedTable.all.map(\.feedName)
        // What the engine believes, which is right within some per cent, and 0 where it has never looked.
        let rows = try connection.rows(
            """
            SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint
            FROM pg_class
            WHERE relnamespace = current_schema()::text::regnamespace AND relkind = 'r' AND relname = ANY (?::text[])
            """,
            [PostgresArray(names)]
        ) { $0[0] as Int64 }
        let limit = ChangeFeed.limit(of: rows.first ?? 0, few: place.lag.few)
        let changes = try connection.rows(
            """
            SELECT count(*) FROM (SELECT FROM change_row WHERE position > ?::bigint LIMIT ?::bigint) AS later
            """,
            [start.position, limit + 1]
        ) { $0[0] as Int64 }
        guard let changes = changes.first, changes <= limit else {
            throw Broken(reason: "it is far behind")
        }
    }

    /// Up to where a replica goes at first, where it lacks more than is done in one step; nil if it does not.
    ///
    /// - Throws: ``PostgresError``.
    func firstStep(from start: FeedPlace) throws -> FeedPlace? {
        let found = try connection.rows(
            """
            WITH next AS (
                SELECT position FROM change_row
                WHERE position > ?1::bigint
                ORDER BY position
                OFFSET ?2::bigint LIMIT 1
            )
            SELECT g.position, g.mark
            FROM next
            JOIN change_group AS g ON g.position = greatest(next.position - 1, ?1::bigint + 1)
            """,
            [start.position, place.lag.step]
        ) { row in (position: row[0] as Int64, mark: row.uuid(1)) }
        return found.first.map { found in
            FeedPlace(directory: start.directory, position: found.position, mark: found.mark)
        }
    }
}
