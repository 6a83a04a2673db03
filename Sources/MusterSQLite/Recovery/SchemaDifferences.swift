import MusterCore
import MusterSQL

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
    func differences(in handle: SQLiteHandle) throws -> [SchemaDifference] {
        guard try Migrator.hasSteps(in: handle) else {
            return [
                SchemaDifference(
                    "the record of its steps is missing, so it is no directory of muster, or a broken one"
                )
            ]
        }
        try Migrator.refuseNewer(handle, known: migrations.count)
        let applied = try Migrator.applied(in: handle)
        var differences: [SchemaDifference] = []
        for (step, migration) in zip(applied, migrations)
        where step.number != migration.number || step.digest != digest(migration) {
            differences.append(
                SchemaDifference(
                    "step \(migration.number) of the schema (\(migration.name)) is not this program's"
                )
            )
        }
        let model = try SQLiteHandle.inMemory()
        for migration in migrations.prefix(applied.count) {
            try model.runAll(migration.sql)
        }
        let expected = try Migrator.objects(in: model)
        let present = try Migrator.objects(in: handle)
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
    private static func objects(in handle: SQLiteHandle) throws -> [SchemaObject: [UInt8]] {
        let objects = try handle.rows(
            """
            SELECT type, name, ifnull(sql, '')
            FROM sqlite_schema
            WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'schema_migration'
            """
        ) { row in
            (SchemaObject(kind: row[0], name: row[1]), Array((row[2] as String).utf8))
        }
        return Dictionary(objects) { first, _ in first }
    }
}

/// A table, index, view or trigger; one of another name if that has other bytes, as SQLite tells them apart.
private struct SchemaObject: Hashable, Comparable, CustomStringConvertible {
    let kind: String
    let name: String

    var description: String { "\(kind) \(name)" }

    /// The statement that removes it.
    var removal: String {
        "DROP \(kind) \"\(name.replacing("\"", with: "\"\""))\""
    }

    static func == (left: SchemaObject, right: SchemaObject) -> Bool {
        left.kind.utf8.elementsEqual(right.kind.utf8)
            && left.name.utf8.elementsEqual(right.name.utf8)
    }

    static func < (left: SchemaObject, right: SchemaObject) -> Bool {
        left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
    }

    func hash(into hasher: inout Hasher) {
        for byte in name.utf8 { hasher.combine(byte) }
    }
}
