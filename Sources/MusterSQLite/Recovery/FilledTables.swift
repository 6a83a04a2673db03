import MusterCore
import MusterSQL

/// Tables that are being filled.
final class FilledTables: WritableTables {
    private let handle: SQLiteHandle
    private let parts: Int
    /// How many parts have come since the last ones were committed.
    private var count = 0

    /// Fills tables, in a transaction that whoever holds the handle has begun and will end.
    ///
    /// - Parameters:
    ///   - handle: Where they are.
    ///   - parts: After how many parts that are to stay all of them are committed: each commit writes once more what the indexes
    ///     have touched.
    init(_ handle: SQLiteHandle, committing parts: Int = 25) {
        self.handle = handle
        self.parts = parts
    }

    func rows(
        of table: StoredTable,
        after: [StoredValue]?,
        limit: Int
    ) throws(MusterError) -> [[StoredValue]] {
        try handle.storedRows(of: table, after, limit)
    }

    func lastNumber(of table: StoredTable) throws(MusterError) -> Int64 {
        try handle.lastNumber(of: table)
    }

    func insert(_ rows: [[StoredValue]], into table: StoredTable) throws(MusterError) {
        try handle.insert(rows, into: table)
    }

    func keep() throws(MusterError) {
        count += 1
        guard count >= parts else { return }
        count = 0
        try translating {
            try handle.run("COMMIT", [])
            try handle.run("BEGIN IMMEDIATE", [])
        }
    }

    func countOn(_ table: StoredTable, after number: Int64) throws(MusterError) {
        guard number > 0 else { return }
        let name = "\(table.name)".filter { $0 != "\"" }
        try translating {
            // Tables whose numbers are given again when their last row goes have no line there.
            let changed = try handle.rows(
                "SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_schema WHERE type = 'table' AND name = ?",
                [name]
            ) { $0[0] as Bool }
            guard changed.first == true else { return }
            try handle.run("DELETE FROM sqlite_sequence WHERE name = ?", [name])
            try handle.run("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [name, number])
        }
    }

    /// Counts and indexes users as step 13 of the schema does, and computes how late events came and which numbers have none
    /// as step 12 does.
    func complete() throws(MusterError) {
        try translating {
            try handle.run(
                "INSERT INTO user_text (rowid, username, name, email) SELECT id, username, name, email FROM user",
                []
            )
            try handle.run(
                """
                UPDATE user_search
                SET user_count = (SELECT count(*) FROM user),
                    indexed_to = (SELECT ifnull(max(id), 0) FROM user)
                """,
                []
            )
            try handle.run("DELETE FROM audit_gap", [])
            try handle.run(
                """
                UPDATE audit_event SET late_by = late.late_by
                FROM (
                    SELECT id, latest - at AS late_by
                    FROM (SELECT id, at, max(at) OVER (ORDER BY id) AS latest FROM audit_event)
                    WHERE at < latest
                ) AS late
                WHERE audit_event.id = late.id
                """,
                []
            )
            try handle.run(
                """
                INSERT INTO audit_gap (last_id, missing)
                SELECT id, following - id - 1
                FROM (SELECT id, lead(id) OVER (ORDER BY id) AS following FROM audit_event)
                WHERE following > id + 1
                """,
                []
            )
            try handle.run(
                """
                INSERT INTO audit_gap (last_id, missing)
                SELECT last.id, s.seq - last.id
                FROM sqlite_sequence AS s, (SELECT max(id) AS id FROM audit_event) AS last
                WHERE s.name = 'audit_event' AND s.seq > last.id
                """,
                []
            )
        }
    }
}
