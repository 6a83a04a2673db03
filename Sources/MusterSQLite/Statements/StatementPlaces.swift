import CSQLiteSetup

/// The places of a statement, filled with values in their order.
struct StatementPlaces {
    private let statement: OpaquePointer
    /// How many places have been filled.
    private(set) var count: Int32 = 0
    /// SQLite's code of the first value that it did not take.
    private(set) var code = SQLITE_OK

    init(_ statement: OpaquePointer) {
        self.statement = statement
    }

    /// Puts a value into the next place; nil stays NULL.
    mutating func bind(_ value: (some SQLiteArgument)?) {
        count += 1
        guard code == SQLITE_OK, let value else { return }
        code = value.bind(to: statement, at: count)
    }

    /// Puts a value of any type into the next place; nil stays NULL.
    mutating func bind(_ value: (any SQLiteArgument)?) {
        count += 1
        guard code == SQLITE_OK, let value else { return }
        code = value.bind(to: statement, at: count)
    }
}
