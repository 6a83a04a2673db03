public import MusterCore
import MusterSQL

/// The tables of a database file, for one thread: read as they stood when they were opened, or filled.
public final class SQLiteTables: StoredTables {
    private let handle: SQLiteHandle

    /// Opens a file to read it.
    ///
    /// - Parameters:
    ///   - path: The file. Its server is stopped, and its schema is this program's.
    ///   - sealer: Seals with the directory's key.
    ///   - digester: Computes digests.
    /// - Throws: ``MusterError`` with code `directory.missing` where the key is another one, `store.too_new`, or
    ///   `store.unavailable`.
    public init(
        reading path: String,
        sealer: any Sealer,
        digester: any Digester
    ) throws(MusterError) {
        let inspection = try DatabaseInspection(path: path, sealer: sealer, digester: digester)
        guard try inspection.summary().isCurrent else {
            throw MusterError(
                .storeUnavailable,
                "\(path) is of an older version. Serve it once with this one, which brings it up to date."
            )
        }
        handle = try ReadOnlyDatabase.open(path)
        try translating { try handle.runOnce("BEGIN") }
    }

    /// Makes the tables of a file, where they are not there yet, and fills them; what is kept on the way stays in any case.
    ///
    /// - Parameters:
    ///   - path: The file: empty, or with what a filling has left that was cut short.
    ///   - digester: Computes digests.
    ///   - fill: Fills the tables.
    /// - Throws: what `fill` throws, or ``MusterError`` with code `store.unavailable`.
    public static func fill(
        _ path: String,
        digester: any Digester,
        _ fill: (any WritableTables) throws(MusterError) -> Void
    ) throws(MusterError) {
        try translating {
            let handle = try SQLiteHandle(writing: path)
            try Migrator(digester: digester).migrate(handle)
            // Nobody else merges the log, which would be many times as long as the file.
            try handle.runOnce("PRAGMA wal_autocheckpoint = 4000")
            try handle.inTransaction { try fill(FilledTables(handle)) }
            try handle.close()
        }
    }

    /// Reads rows; see ``StoredTables``.
    public func rows(
        of table: StoredTable,
        after: [StoredValue]?,
        limit: Int
    ) throws(MusterError) -> [[StoredValue]] {
        try handle.storedRows(of: table, after, limit)
    }

    /// How far the numbers of a table went.
    public func lastNumber(of table: StoredTable) throws(MusterError) -> Int64 {
        try handle.lastNumber(of: table)
    }
}

extension SQLiteHandle {
    /// Some rows of a table in the order of its key, after one.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func storedRows(
        of table: StoredTable,
        _ after: [StoredValue]?,
        _ limit: Int
    ) throws(MusterError) -> [[StoredValue]] {
        let key = StatementText(joining: table.key.map { "\(name: $0)" }, separator: ", ")
        let places = StatementText(joining: table.key.map { _ in "?" }, separator: ", ")
        let condition: StatementText = after == nil ? "" : "WHERE (\(key)) > (\(places))"
        let kinds = table.columns.map(\.kind)
        var arguments: [(any SQLArgument)?] = (after ?? []).map(\.argument)
        arguments.append(limit)
        return try translating {
            try rows(
                "SELECT \(table.columnList) FROM \(name: table.name) \(condition) ORDER BY \(key) LIMIT ?",
                arguments
            ) { row in kinds.indices.map { row.stored($0, kinds[$0]) } }
        }
    }

    func lastNumber(of table: StoredTable) throws(MusterError) -> Int64 {
        let name = "\(table.name)".filter { $0 != "\"" }
        return try translating {
            let given = try rows("SELECT seq FROM sqlite_sequence WHERE name = ?", [name]) {
                $0[0] as Int64
            }
            let present = try rows("SELECT max(id) FROM \(name: table.name)", []) {
                $0[0] as Int64?
            }
            return max(given.first ?? 0, present.first.flatMap(\.self) ?? 0)
        }
    }
}

extension StoredTable {
    /// The names of the columns, as statements list them.
    var columnList: StatementText {
        StatementText(joining: columns.map { "\"\(name: $0.name)\"" }, separator: ", ")
    }
}

extension StoredValue {
    /// The value as it is bound.
    var argument: (any SQLArgument)? {
        switch self {
        case .null: nil
        case .integer(let number): number
        case .text(let text): text
        case .bytes(let bytes): bytes
        }
    }
}

extension SQLiteRow {
    fileprivate func stored(_ place: Int, _ kind: StoredKind) -> StoredValue {
        switch kind {
        case .integer, .truth, .counted: (self[place] as Int64?).map(StoredValue.integer) ?? .null
        case .text: (self[place] as String?).map(StoredValue.text) ?? .null
        case .bytes, .uuid: (self[place] as [UInt8]?).map(StoredValue.bytes) ?? .null
        }
    }
}
