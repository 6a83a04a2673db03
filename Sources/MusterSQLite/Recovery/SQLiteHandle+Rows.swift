import CSQLiteSetup
import MusterCore
import MusterSQL

/// How rows of other stores come into a table.
extension SQLiteHandle {
    /// Adds rows to a table.
    ///
    /// - Parameters:
    ///   - rows: Their values, in the order of the columns.
    ///   - table: The table.
    ///   - blank: The place of a column that gets an empty text in the place of its value; nil if none does.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func insert(
        _ rows: [[StoredValue]],
        into table: StoredTable,
        blank: Int? = nil
    ) throws(MusterError) {
        try translating {
            let text = table.insertion
            for row in rows {
                try run(text) { bound in
                    for (place, value) in row.enumerated() {
                        bound.bind(place == blank ? .text("") : value)
                    }
                }
            }
        }
    }

    /// Adds many rows to a table, as the other one, with a value of its own for none of them.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, also where the rows are not of as many columns.
    func insert(
        _ rows: StoredRows,
        into table: StoredTable,
        blank: Int? = nil
    ) throws(MusterError) {
        guard rows.width == table.columns.count else {
            throw MusterError(.storeUnavailable, "Rows have not the columns of their table.")
        }
        try translating {
            let statement = try self.statement(table.insertion)
            try rows.bytes.withUnsafeBytes { bytes in
                for start in stride(from: 0, to: rows.count * rows.width, by: rows.width) {
                    try statement.run(binding: { places in
                        for place in 0..<rows.width {
                            if place == blank {
                                places.bind("")
                            } else {
                                places.bind(rows.cells[start + place], in: bytes)
                            }
                        }
                    })
                }
            }
        }
    }
}

extension StoredTable {
    /// Put together once, as a copy beside a node adds some rows after each group of changes.
    private static let insertions = Dictionary(all.map { ("\($0.name)", $0.newInsertion) }) {
        first,
        _ in first
    }

    fileprivate var insertion: StatementText {
        StoredTable.insertions["\(name)"] ?? newInsertion
    }

    private var newInsertion: StatementText {
        let places = StatementText(joining: columns.map { _ in "?" }, separator: ", ")
        return "INSERT INTO \(name: name) (\(columnList)) VALUES (\(places))"
    }
}

extension StatementPlaces {
    /// Puts a value of a table into the next place.
    fileprivate mutating func bind(_ value: StoredValue) {
        switch value {
        case .null: bindBoxed(nil)
        case .integer(let number): bind(number)
        case .text(let text): bind(text)
        case .bytes(let bytes): bind(bytes)
        }
    }
}
