/// A store's tables, read from one moment's state, or written in one transaction, by the thread that holds them.
public protocol StoredTables: AnyObject {
    /// Some rows of a table in the order of its key.
    ///
    /// - Parameters:
    ///   - table: The table.
    ///   - after: The key after which they begin; nil for the first.
    ///   - limit: The most rows.
    /// - Returns: The rows, each with its values in the order of the columns.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func rows(
        of table: StoredTable,
        after: [StoredValue]?,
        limit: Int
    ) throws(MusterError) -> [[StoredValue]]

    /// How far the numbers of a table went; 0 where none was given.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func lastNumber(of table: StoredTable) throws(MusterError) -> Int64
}

/// Tables in which nothing is, to be filled.
public protocol WritableTables: StoredTables {
    /// Adds rows.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func insert(_ rows: [[StoredValue]], into table: StoredTable) throws(MusterError)

    /// Has the numbers of a table go on after this one.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func countOn(_ table: StoredTable, after number: Int64) throws(MusterError)

    /// Fills what the store keeps beside the tables that are moved.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func complete() throws(MusterError)
}

/// Moves everything of a directory from one kind of store to another, number for number and byte for byte.
public struct TableCopy {
    /// How many rows are held at a time.
    static let batch = 2000

    private let digester: any Digester

    /// Builds a copy.
    public init(digester: any Digester) {
        self.digester = digester
    }

    /// Copies all tables, and reads both sides again to compare them.
    ///
    /// - Parameters:
    ///   - source: What is copied; it stays as it is.
    ///   - target: Where to; nothing may be in it. It is not committed.
    ///   - note: Told each table that is complete, with its number of rows.
    /// - Throws: ``MusterError`` with code `directory.initialised` where something is in the target; `store.unavailable`,
    ///   also where the copy is not the same.
    public func run(
        from source: any StoredTables,
        to target: any WritableTables,
        note: (StaticString, Int) -> Void = { _, _ in }
    ) throws(MusterError) {
        for table in StoredTable.all {
            guard try target.rows(of: table, after: nil, limit: 1).isEmpty else {
                throw MusterError(
                    .directoryInitialised,
                    "There is a directory already where the copy was to go. Nothing was changed."
                )
            }
        }
        var sums: [(count: Int, digest: [UInt8])] = []
        for table in StoredTable.all {
            let sum = try sum(of: table, in: source) { rows throws(MusterError) in
                try target.insert(TableCopy.writable(rows, of: table), into: table)
            }
            sums.append(sum)
            note(table.name, sum.count)
        }
        for table in StoredTable.all where table.isCounted {
            try target.countOn(table, after: try source.lastNumber(of: table))
        }
        try target.complete()
        for (table, expected) in zip(StoredTable.all, sums) {
            let found = try sum(of: table, in: target) { _ throws(MusterError) in }
            guard found == expected else {
                throw MusterError(
                    .storeUnavailable,
                    "The copy is not what was copied: table \(table.name) has \(found.count) rows of \(expected.count), or others. "
                        + "Nothing was kept."
                )
            }
        }
    }

    /// Counts the rows of a table, and computes a digest over all of them in their order.
    private func sum(
        of table: StoredTable,
        in tables: any StoredTables,
        _ body: ([[StoredValue]]) throws(MusterError) -> Void
    ) throws(MusterError) -> (count: Int, digest: [UInt8]) {
        var (count, digest): (Int, [UInt8]) = (0, [])
        var last: [StoredValue]?
        let places = table.keyPlaces
        while true {
            let rows = try tables.rows(of: table, after: last, limit: TableCopy.batch)
            guard let end = rows.last else { return (count, digest) }
            count += rows.count
            digest = digester.digest(digest + rows.flatMap(TableCopy.encoded)).bytes
            last = places.map { end[$0] }
            try body(rows)
        }
    }

    /// The rows as they are inserted: what the store counts by itself begins at nothing.
    private static func writable(
        _ rows: [[StoredValue]],
        of table: StoredTable
    ) -> [[StoredValue]] {
        let counted = table.columns.indices.filter { table.columns[$0].kind == .counted }
        guard !counted.isEmpty else { return rows }
        return rows.map { row in
            var row = row
            for place in counted { row[place] = .integer(0) }
            return row
        }
    }

    /// A row as bytes, each value with what it is and how long.
    private static func encoded(_ row: [StoredValue]) -> [UInt8] {
        row.flatMap { value -> [UInt8] in
            switch value {
            case .null: return [0]
            case .integer(let number): return [1] + bytes(of: number)
            case .text(let text): return [2] + bytes(of: Int64(text.utf8.count)) + text.utf8
            case .bytes(let bytes): return [3] + self.bytes(of: Int64(bytes.count)) + bytes
            }
        }
    }

    private static func bytes(of number: Int64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}
