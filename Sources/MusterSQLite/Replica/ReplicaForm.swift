import FoundationEssentials
import MusterCore

/// How a replica's file differs from a directory's: it has no triggers, and says where it stands.
enum ReplicaForm {
    /// Which tables with which columns replicas have; a file of another number is filled again.
    private static let number: Int64 = 1

    /// Makes the tables in a file in which nothing is.
    ///
    /// - Returns: What makes the indexes, once the rows are there: so all takes half the time.
    /// - Throws: ``SQLiteError``, or ``MusterError``.
    static func make(in handle: SQLiteHandle, _ digester: any Digester) throws -> [StatementText] {
        try Migrator(digester: digester).migrate(handle)
        try handle.runOnce(
            """
            CREATE TABLE replica (
                id INTEGER PRIMARY KEY CHECK (id = 1),
                form INTEGER NOT NULL,
                directory BLOB NOT NULL,
                position INTEGER NOT NULL,
                mark BLOB
            ) STRICT
            """
        )
        for trigger in try texts(
            "SELECT 'DROP TRIGGER \"' || name || '\"' FROM sqlite_schema WHERE type = 'trigger'",
            in: handle
        ) { try handle.runOnce(trigger) }
        let indexes = try texts(
            "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL",
            in: handle
        )
        for index in try texts(
            """
            SELECT 'DROP INDEX "' || name || '"' FROM sqlite_schema
            WHERE type = 'index' AND sql IS NOT NULL
            """,
            in: handle
        ) { try handle.runOnce(index) }
        return indexes
    }

    /// Statements that the schema itself, which this program has made, says or names.
    private static func texts(
        _ text: StatementText,
        in handle: SQLiteHandle
    ) throws -> [StatementText] {
        try handle.rows(text) { StatementText(stringLiteral: $0[0]) }
    }

    /// Writes down where it stands.
    ///
    /// - Throws: ``SQLiteError``.
    static func note(_ place: FeedPlace, in handle: SQLiteHandle) throws {
        try handle.run(
            """
            INSERT INTO replica (id, form, directory, position, mark) VALUES (1, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE
            SET directory = excluded.directory, position = excluded.position, mark = excluded.mark
            """,
            [number, place.directory, place.position, place.mark]
        )
    }

    /// Where a file stands; nil if it was made by a program with other tables.
    ///
    /// - Throws: ``SQLiteError`` where it is no replica, or a damaged one.
    static func place(in handle: SQLiteHandle, _ digester: any Digester) throws -> FeedPlace? {
        let migrator = Migrator(digester: digester)
        let applied = try Migrator.applied(in: handle).map(\.digest)
        guard applied == Migration.all.map(migrator.digest) else { return nil }
        return try handle.rows(
            "SELECT directory, position, mark FROM replica WHERE form = ?",
            [number]
        ) { row -> FeedPlace? in
            guard let directory = row.uuid(0) else { return nil }
            return FeedPlace(directory: directory, position: row[1], mark: row.uuid(2))
        }.first.flatMap(\.self)
    }
}
