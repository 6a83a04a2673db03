import FoundationEssentials
import MusterCore
import MusterSQL

/// How a replica's file differs from a directory's: it has no triggers, and says where it stands.
enum ReplicaForm {
    /// Which tables with which columns replicas have; a file of another number is filled again.
    private static let number: Int64 = 1

    /// Indexes that only searches, counts and changes use, which the database answers; to make them takes as long as to read
    /// the rows.
    private static let unused: Set = [
        "user_by_state", "user_expiring", "user_closed", "user_failed", "user_without_factor",
        "user_by_last_use", "api_key_by_age",
    ]

    /// What is left to do in a file once its rows are there.
    struct Rest {
        /// Makes the indexes.
        let indexes: [StatementText]
        /// Has the file say what it has, after which nothing more is done with it on the same connection.
        let last: [StatementText]
    }

    /// Makes the tables in a file in which nothing is, without their indexes.
    ///
    /// - Returns: What is left to do once the rows are there: so all takes half the time.
    /// - Throws: ``SQLiteError``, or ``MusterError``.
    static func make(in handle: SQLiteHandle, _ digester: any Digester) throws -> Rest {
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
        let indexes = try handle.rows(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
        ) { (name: $0[0] as String, text: StatementText(stringLiteral: $0[1])) }
        for (name, _) in indexes {
            try handle.runOnce(StatementText(stringLiteral: "DROP INDEX \"\(name)\""))
        }
        let kept = indexes.filter { !unused.contains($0.name) }.map(\.text)
        let own = try takeOwnIndexes(from: handle)
        return Rest(indexes: own.indexes + kept, last: own.last)
    }

    /// Makes the largest tables again without the indexes that they have by themselves, and without keeping which number was
    /// the greatest.
    ///
    /// - Returns: What gives both back. An index that SQLite makes with a table differs from another one by its name and by having
    ///   no text (https://www.sqlite.org/fileformat2.html, 2.6), and in nothing else.
    private static func takeOwnIndexes(from handle: SQLiteHandle) throws -> Rest {
        let own: StatementText = """
            FROM sqlite_schema AS i
            WHERE i.type = 'index' AND i.sql IS NULL AND i.tbl_name IN (\(largest))
            """
        let tables: StatementText = """
            FROM sqlite_schema WHERE type = 'table' AND name IN (\(largest))
            """
        let made = try texts(
            """
            SELECT 'CREATE UNIQUE INDEX "own_' || i.name || '" ON "' || i.tbl_name || '" ("'
                || (SELECT name FROM pragma_index_info(i.name)) || '")' \(own)
            """,
            in: handle
        )
        let restored = try texts(
            """
            SELECT 'UPDATE sqlite_schema SET name = ' || quote(i.name) || ', sql = NULL WHERE name = '
                || quote('own_' || i.name) \(own)
            UNION ALL
            SELECT 'UPDATE sqlite_schema SET sql = ' || quote(sql) || ' WHERE name = ' || quote(name) \(tables)
            """,
            in: handle
        )
        let bare = try texts(
            "SELECT replace(replace(sql, ' UNIQUE', ''), ' AUTOINCREMENT', '') \(tables)",
            in: handle
        )
        for drop in try texts("SELECT 'DROP TABLE \"' || name || '\"' \(tables)", in: handle) {
            try handle.runOnce(drop)
        }
        for table in bare { try handle.runOnce(table) }
        return Rest(indexes: made, last: ["PRAGMA writable_schema = ON"] + restored)
    }

    /// Of these tables each unique column stands alone.
    private static let largest: StatementText = "'user', 'api_key', 'passkey_owner'"

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
