import GRDB
import MusterCore

/// One thing in which a database's schema is not what this program makes.
public struct SchemaDifference: Sendable, Equatable {
    /// What differs, as a part of a sentence.
    public let text: String
    /// The statement that takes it away, where it was only added; nil otherwise.
    public let removal: String?

    init(_ text: String, removal: String? = nil) {
        self.text = text
        self.removal = removal
    }
}

extension Migrator {
    /// How a schema differs from what its steps make.
    ///
    /// The steps that it lacks are no difference: they are made when it is opened.
    func differences(in database: Database) throws -> [SchemaDifference] {
        guard try database.tableExists("schema_migration") else {
            return [
                SchemaDifference(
                    "the record of its steps is missing, so it is no directory of muster, or a broken one"
                )
            ]
        }
        try Migrator.refuseNewer(database, known: migrations.count)
        let applied = try Row.fetchAll(
            database,
            sql: "SELECT number, digest FROM schema_migration ORDER BY number"
        )
        var differences: [SchemaDifference] = []
        for (row, migration) in zip(applied, migrations)
        where row["number"] as Int != migration.number
            || row["digest"] as String != digest(migration)
        {
            differences.append(
                SchemaDifference(
                    "step \(migration.number) of the schema (\(migration.name)) is not this program's"
                )
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
        for object in Set(expected.keys).union(present.keys).sorted()
        where expected[object] != present[object] {
            if present[object] == nil {
                differences.append(SchemaDifference("the \(object) is missing"))
            } else if expected[object] == nil {
                differences.append(
                    SchemaDifference(
                        "the \(object) is none of this program's",
                        removal: object.removal
                    )
                )
            } else {
                differences.append(
                    SchemaDifference("the \(object) is not as this program makes it")
                )
            }
        }
        return differences
    }

    /// The statements that made the tables, indexes, views and triggers, by kind and name.
    ///
    /// SQLite's own are left out, and the table of the steps, which is older than the first of them.
    private static func objects(in database: Database) throws -> [SchemaObject: String] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT type, name, sql
                FROM sqlite_schema
                WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migration'
                """
        )
        return Dictionary(
            rows.map { (SchemaObject(kind: $0[0], name: $0[1]), $0[2] ?? "") }
        ) { first, _ in first }
    }
}

/// A table, index, view or trigger.
private struct SchemaObject: Hashable, Comparable, CustomStringConvertible {
    let kind: String
    let name: String

    var description: String { "\(kind) \(name)" }

    /// The statement that removes it.
    var removal: String {
        "DROP \(kind) \"\(name.replacing("\"", with: "\"\""))\""
    }

    static func < (left: SchemaObject, right: SchemaObject) -> Bool {
        (left.kind, left.name) < (right.kind, right.name)
    }
}
