import GRDB
import MusterCore

extension Migrator {
    /// How a schema differs from what its steps make.
    ///
    /// The steps that it lacks are no difference: they are made when it is opened.
    func differences(in database: Database) throws -> [String] {
        guard try database.tableExists("schema_migration") else {
            return [
                "the record of its steps is missing, so it is no directory of muster, or a broken one"
            ]
        }
        try Migrator.refuseNewer(database, known: migrations.count)
        let applied = try Row.fetchAll(
            database,
            sql: "SELECT number, digest FROM schema_migration ORDER BY number"
        )
        var differences: [String] = []
        for (row, migration) in zip(applied, migrations)
        where row["number"] as Int != migration.number
            || row["digest"] as String != digest(migration)
        {
            differences.append(
                "step \(migration.number) of the schema (\(migration.name)) is not this program's"
            )
        }
        let model = try DatabaseQueue()
        let expected = try model.write { model in
            for migration in migrations.prefix(applied.count) {
                try model.execute(sql: migration.sql)
            }
            return try Migrator.objects(in: model)
        }
        let present = try Migrator.objects(in: database)
        for name in Set(expected.keys).union(present.keys).sorted()
        where expected[name] != present[name] {
            if present[name] == nil {
                differences.append("the \(name) is missing")
            } else if expected[name] == nil {
                differences.append("the \(name) is none of this program's")
            } else {
                differences.append("the \(name) is not as this program makes it")
            }
        }
        return differences
    }

    /// The statements that made the tables, indexes, views and triggers, by kind and name.
    ///
    /// SQLite's own are left out, and the table of the steps, which is older than the first of them.
    private static func objects(in database: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT type, name, sql
                FROM sqlite_schema
                WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migration'
                """
        )
        return Dictionary(
            rows.map { ("\($0[0] as String) \($0[1] as String)", $0[2] ?? "") }
        ) { first, _ in first }
    }
}
