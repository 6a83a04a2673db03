import MusterCore
import MusterSQL

/// Brings the schema up to date, and refuses one it does not know.
struct Migrator {
    let digester: any Digester
    var migrations: [Migration] = Migration.all

    /// Applies the steps that are missing, each in its own transaction.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new` when a later version has been here, and
    ///   `store.unavailable` when a step that was applied differs from the one this program has.
    func migrate(_ handle: SQLiteHandle) throws {
        try handle.runOnce(
            """
            CREATE TABLE IF NOT EXISTS schema_migration (
                number INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                digest TEXT NOT NULL,
                applied_at INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000)
            ) STRICT
            """
        )
        let applied = try Migrator.applied(in: handle)
        try Migrator.refuseNewer(handle, known: migrations.count)
        for step in applied {
            let migration = migrations[step.number - 1]
            guard step.digest == digest(migration) else {
                throw MusterError(
                    .storeUnavailable,
                    "Schema step \(migration.number) (\(migration.name)) is not the one that made this "
                        + "data directory."
                )
            }
        }
        for migration in migrations.dropFirst(applied.count) {
            try handle.inTransaction {
                try handle.runAll(migration.sql)
                try migration.fill(handle)
                try handle.run(
                    """
                    INSERT INTO schema_migration (number, name, digest)
                    VALUES (?, ?, ?)
                    """,
                    [migration.number, migration.name, digest(migration)]
                )
            }
        }
    }

    /// Whether a database has the record of its steps.
    ///
    /// - Throws: ``SQLiteError``.
    static func hasSteps(in handle: SQLiteHandle) throws -> Bool {
        try !handle.rows(
            "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migration'"
        ) { $0[0] as Int }.isEmpty
    }

    /// The steps that were applied, in order.
    ///
    /// - Throws: ``SQLiteError``.
    static func applied(in handle: SQLiteHandle) throws -> [(number: Int, digest: String)] {
        try handle.rows("SELECT number, digest FROM schema_migration ORDER BY number") { row in
            (number: row[0], digest: row[1])
        }
    }

    /// Refuses a schema that a later version has made.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new`.
    static func refuseNewer(_ handle: SQLiteHandle, known: Int) throws {
        let last = try handle.rows("SELECT ifnull(max(number), 0) FROM schema_migration") { row in
            row[0] as Int
        }
        try refuseNewer(last.first ?? 0, known: known)
    }

    /// Refuses a schema whose last step is not known.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new`.
    static func refuseNewer(_ last: Int, known: Int) throws(MusterError) {
        guard last > known else { return }
        throw MusterError(
            .storeTooNew,
            "The data directory was made by a newer version of muster: its schema is number \(last), this "
                + "program knows \(known). Install the newer version."
        )
    }

    func digest(_ migration: Migration) -> String {
        Hex.text(digester.digest(migration.sql.sql.utf8).bytes)
    }
}
