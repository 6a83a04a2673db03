import CSQLiteSetup
import FoundationEssentials
import MusterCore
import MusterSQL

/// The places of a statement, filled with values in their order.
struct StatementPlaces {
    private let statement: OpaquePointer
    /// How many places have been filled.
    private(set) var count: Int32 = 0
    /// SQLite's code of the first value that it did not take.
    private(set) var code = SQLITE_OK
    /// What is left of the room for texts and bytes; those that find none SQLite copies into memory of its own.
    private var room: UnsafeMutableRawBufferPointer

    /// Begins with the first place of a statement.
    ///
    /// - Parameters:
    ///   - statement: The statement.
    ///   - room: Memory that is there until nothing is bound to the statement any more.
    private init(_ statement: OpaquePointer, in room: UnsafeMutableRawBufferPointer) {
        self.statement = statement
        self.room = room
    }

    /// Does some work with the places of a statement, and leaves the statement at its beginning, with nothing bound.
    ///
    /// - Throws: What `body` throws.
    static func with<Result>(
        of statement: OpaquePointer,
        _ body: (inout StatementPlaces) throws -> Result
    ) throws -> Result {
        let most = Int(sqlite3_bind_parameter_count(statement))
        return try withUnsafeTemporaryAllocation(
            byteCount: max(leastRoom, most * roomOfOne),
            alignment: 1
        ) { room in
            var places = StatementPlaces(statement, in: room)
            // Before the room goes. Gives back the lock that an unfinished statement holds, too.
            defer {
                sqlite3_reset(statement)
                if most > 0 { sqlite3_clear_bindings(statement) }
            }
            return try body(&places)
        }
    }

    /// Bytes of the room for each value of a statement: it lies on the stack for up to 21 of them.
    ///
    /// SQLite asks for memory for each text that it copies, which was a twelfth of the time of an insertion.
    private static let roomOfOne = 48
    /// Bytes of the room of a statement that has few values, one of which may be an access key or a token.
    private static let leastRoom = 256

    /// Puts a value into the next place; nil stays NULL.
    mutating func bind(_ value: (some SQLArgument)?) {
        count += 1
        guard code == SQLITE_OK, let value else { return }
        code = place(value.sqlValue)
    }

    /// Puts a value of any type into the next place; nil stays NULL.
    ///
    /// It has a name of its own: of two alike, Swift takes the one that boxes what it is given.
    mutating func bindBoxed(_ value: (any SQLArgument)?) {
        count += 1
        guard code == SQLITE_OK, let value else { return }
        code = place(value.sqlValue)
    }

    private mutating func place(_ value: SQLValue) -> CInt {
        switch value {
        case .integer(let number): sqlite3_bind_int64(statement, count, number)
        case .truth(let isTrue): sqlite3_bind_int64(statement, count, isTrue ? 1 : 0)
        case .text(var text): text.withUTF8 { place(UnsafeRawBufferPointer($0), isText: true) }
        case .bytes(let bytes): bytes.withUnsafeBytes { place($0, isText: false) }
        case .uuid(let uuid): withUnsafeBytes(of: uuid.uuid) { place($0, isText: false) }
        }
    }

    private mutating func place(_ bytes: UnsafeRawBufferPointer, isText: Bool) -> CInt {
        // Without an address SQLite would bind NULL.
        var start = bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1)
        var keeping = StatementPlaces.copied
        if !bytes.isEmpty, bytes.count <= room.count {
            room.copyMemory(from: bytes)
            start = UnsafeRawPointer(room.baseAddress)
            keeping = nil
            room = UnsafeMutableRawBufferPointer(rebasing: room[bytes.count...])
        }
        let length = Int32(bytes.count)
        guard isText else { return sqlite3_bind_blob(statement, count, start, length, keeping) }
        let characters = start?.assumingMemoryBound(to: CChar.self)
        return sqlite3_bind_text(statement, count, characters, length, keeping)
    }

    /// Tells SQLite to copy what it is given before the call returns.
    private static var copied: sqlite3_destructor_type? {
        unsafeBitCast(-1, to: sqlite3_destructor_type.self)
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
