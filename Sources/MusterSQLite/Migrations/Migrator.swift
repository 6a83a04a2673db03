import GRDB
import MusterCore

/// Brings the schema up to date, and refuses one it does not know.
struct Migrator {
    let digester: any Digester
    var migrations: [Migration] = Migration.all

    /// Applies the steps that are missing, each in its own transaction.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new` when a later version has been here, and
    ///   `store.unavailable` when a step that was applied differs from the one this program has.
    func migrate(_ database: Database) throws {
        try database.execute(
            sql: """
                CREATE TABLE IF NOT EXISTS schema_migration (
                    number INTEGER PRIMARY KEY,
                    name TEXT NOT NULL,
                    digest TEXT NOT NULL,
                    applied_at INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER) * 1000)
                ) STRICT
                """
        )
        let applied = try Row.fetchAll(
            database,
            sql: """
                SELECT number, name, digest
                FROM schema_migration
                ORDER BY number
                """
        )
        try Migrator.refuseNewer(database, known: migrations.count)
        for row in applied {
            let migration = migrations[(row["number"] as Int) - 1]
            guard row["digest"] as String == digest(migration) else {
                throw MusterError(
                    .storeUnavailable,
                    "Schema step \(migration.number) (\(migration.name)) is not the one that made this "
                        + "data directory."
                )
            }
        }
        for migration in migrations.dropFirst(applied.count) {
            try database.inTransaction(.immediate) {
                try database.execute(sql: migration.sql)
                try migration.fill(database)
                try database.execute(
                    sql: """
                        INSERT INTO schema_migration (number, name, digest)
                        VALUES (?, ?, ?)
                        """,
                    arguments: [migration.number, migration.name, digest(migration)]
                )
                return .commit
            }
        }
    }

    /// Refuses a schema that a later version has made.
    ///
    /// - Throws: ``MusterError`` with code `store.too_new`.
    static func refuseNewer(_ database: Database, known: Int) throws {
        let last = try Int.fetchOne(database, sql: "SELECT max(number) FROM schema_migration") ?? 0
        try refuseNewer(last, known: known)
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
        Hex.text(digester.digest(migration.sql.utf8).bytes)
    }
}
