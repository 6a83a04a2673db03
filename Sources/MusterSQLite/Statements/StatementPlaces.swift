import CSQLiteSetup
import MusterCore
import MusterSQL

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
    mutating func bind(_ value: (some SQLArgument)?) {
        count += 1
        guard code == SQLITE_OK, let value else { return }
        code = value.sqlValue.bind(to: statement, at: count)
    }

    /// Puts a value of any type into the next place; nil stays NULL.
    ///
    /// It has a name of its own: of two alike, Swift takes the one that boxes what it is given.
    mutating func bindBoxed(_ value: (any SQLArgument)?) {
        count += 1
        guard code == SQLITE_OK, let value else { return }
        code = value.sqlValue.bind(to: statement, at: count)
    }

    /// Puts a value that lies in a piece of memory into the next place.
    ///
    /// SQLite is told where it is and copies nothing, so that the memory has to be there until the statement has run.
    mutating func bind(_ cell: StoredRows.Cell, in memory: UnsafeRawBufferPointer) {
        count += 1
        guard code == SQLITE_OK else { return }
        switch cell {
        case .null: return
        case .integer(let number): code = sqlite3_bind_int64(statement, count, number)
        case .text(let start, let length):
            guard let text = StatementPlaces.part(of: memory, from: start, length) else {
                code = SQLITE_RANGE
                return
            }
            let characters = text.assumingMemoryBound(to: CChar.self)
            code = sqlite3_bind_text(statement, count, characters, length, nil)
        case .bytes(let start, let length):
            guard let bytes = StatementPlaces.part(of: memory, from: start, length) else {
                code = SQLITE_RANGE
                return
            }
            code = sqlite3_bind_blob(statement, count, bytes, length, nil)
        }
    }

    /// Where a part of a piece of memory is; nil if it is not in it.
    private static func part(
        of memory: UnsafeRawBufferPointer,
        from start: Int32,
        _ length: Int32
    ) -> UnsafeRawPointer? {
        guard start >= 0, length >= 0, Int(start) + Int(length) <= memory.count else { return nil }
        // Without an address SQLite would bind NULL.
        return memory.baseAddress.map { $0 + Int(start) } ?? UnsafeRawPointer(bitPattern: 1)
    }
}
