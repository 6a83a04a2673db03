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

/// Tables in which nothing is, or the beginning of a copy, to be filled.
public protocol WritableTables: StoredTables {
    /// Adds rows.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func insert(_ rows: [[StoredValue]], into table: StoredTable) throws(MusterError)

    /// Has what was added so far stay, if what comes after it is cut short.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func keep() throws(MusterError)

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

    /// Copies all tables, goes on where a copy was cut short, and reads both sides again to compare them.
    ///
    /// What was copied stays, batch by batch, but for the last of the tables, the directory's own: without its row nobody takes the
    /// others for a directory.
    ///
    /// - Parameters:
    ///   - source: What is copied; it stays as it is.
    ///   - target: Where to; nothing may be in it but how a copy of the source begins. What comes last is not committed.
    ///   - note: Told each table that is complete, with its number of rows.
    /// - Throws: ``MusterError`` with code `directory.initialised` where something else is in the target; `store.unavailable`,
    ///   also where the copy is not the same.
    public func run(
        from source: any StoredTables,
        to target: any WritableTables,
        note: (StaticString, Int) -> Void = { _, _ in }
    ) throws(MusterError) {
        if let last = StoredTable.all.last,
            try !target.rows(of: last, after: nil, limit: 1).isEmpty
        {
            throw MusterError(
                .directoryInitialised,
                "There is a directory already where the copy was to go. Nothing was changed."
            )
        }
        var sums: [(count: Int, digest: [UInt8])] = []
        for (place, table) in StoredTable.all.enumerated() {
            let isLast = place == StoredTable.all.count - 1
            // Until the first rows that are not there yet.
            var isBegun = true
            var end: [StoredValue]?
            let sum = try sum(of: table, in: source) { rows, after throws(MusterError) in
                end = rows.last.map { row in table.keyPlaces.map { row[$0] } }
                if isBegun { isBegun = try isThere(rows, of: table, after: after, in: target) }
                guard !isBegun else { return }
                try target.insert(TableCopy.writable(rows, of: table), into: table)
                if !isLast { try target.keep() }
            }
            // What has gone from the source since may have been behind all that is left.
            if isBegun, try !target.rows(of: table, after: end, limit: 1).isEmpty {
                throw TableCopy.differs(table)
            }
            sums.append(sum)
            note(table.name, sum.count)
        }
        for table in StoredTable.all where table.isCounted {
            try target.countOn(table, after: try source.lastNumber(of: table))
        }
        try target.complete()
        for (table, expected) in zip(StoredTable.all, sums) {
            let found = try sum(of: table, in: target) { _, _ throws(MusterError) in }
            guard found == expected else {
                throw MusterError(
                    .storeUnavailable,
                    "The copy is not what was copied: table \(table.name) has \(found.count) rows of \(expected.count), or others. "
                        + "It does not count. Empty the place where it was to go, and copy again."
                )
            }
        }
    }

    /// Whether an earlier copy has brought rows already.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised` where others are in their place.
    private func isThere(
        _ rows: [[StoredValue]],
        of table: StoredTable,
        after: [StoredValue]?,
        in target: any WritableTables
    ) throws(MusterError) -> Bool {
        let there = try target.rows(of: table, after: after, limit: TableCopy.batch)
        guard !there.isEmpty else { return false }
        guard TableCopy.writable(there, of: table) == TableCopy.writable(rows, of: table) else {
            throw TableCopy.differs(table)
        }
        return true
    }

    private static func differs(_ table: StoredTable) -> MusterError {
        MusterError(
            .directoryInitialised,
            "What is there already is not how the copy begins: table \(table.name) is another one, or was changed since. Empty "
                + "the place where the copy was to go, and copy again. Nothing was changed."
        )
    }

    /// Counts the rows of a table, and computes a digest over all of them in their order, batch by batch.
    private func sum(
        of table: StoredTable,
        in tables: any StoredTables,
        _ body: (_ rows: [[StoredValue]], _ after: [StoredValue]?) throws(MusterError) -> Void
    ) throws(MusterError) -> (count: Int, digest: [UInt8]) {
        var (count, digest): (Int, [UInt8]) = (0, [])
        var last: [StoredValue]?
        let places = table.keyPlaces
        while true {
            let rows = try tables.rows(of: table, after: last, limit: TableCopy.batch)
            guard let end = rows.last else { return (count, digest) }
            count += rows.count
            digest = digester.digest(digest + rows.flatMap(TableCopy.encoded)).bytes
            try body(rows, last)
            last = places.map { end[$0] }
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
