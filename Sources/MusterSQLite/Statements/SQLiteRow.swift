import CSQLiteSetup
import FoundationEssentials
import MusterCore
import MusterSQL

/// The row at which a statement stands.
///
/// Valid until the statement takes its next step.
struct SQLiteRow: SQLRow {
    private let statement: OpaquePointer

    init(_ statement: OpaquePointer) {
        self.statement = statement
    }

    /// The column at a place, counted from 0.
    ///
    /// The schema says that it is not NULL; where it is all the same, SQLite gives 0 or nothing.
    subscript<Value: SQLiteValue>(index: Int) -> Value {
        Value.read(statement, at: Int32(index))
    }

    /// The column at a place; nil if it is NULL.
    subscript<Value: SQLiteValue>(index: Int) -> Value? {
        guard sqlite3_column_type(statement, Int32(index)) != SQLITE_NULL else { return nil }
        return Value.read(statement, at: Int32(index))
    }

    func bytes(_ index: Int) -> [UInt8] {
        self[index]
    }

    /// The 16 bytes of a column, read where they lie; nil for any other count, and for NULL.
    func uuid(_ index: Int) -> UUID? {
        guard let start = sqlite3_column_blob(statement, Int32(index)),
            sqlite3_column_bytes(statement, Int32(index)) == 16
        else { return nil }
        return UUID(uuid: start.loadUnaligned(as: uuid_t.self))
    }

    /// UUIDs that stand in a column one after the other, 32 hexadecimal digits each, read where they lie; none for NULL.
    func uuids(_ index: Int) -> [UUID] {
        guard let start = sqlite3_column_text(statement, Int32(index)) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, Int32(index)))
        guard let bytes = Hex.bytes(UnsafeBufferPointer(start: start, count: count)) else {
            return []
        }
        return bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - 15, by: 16).map { place in
                UUID(uuid: bytes.loadUnaligned(fromByteOffset: place, as: uuid_t.self))
            }
        }
    }

    func optionalTimestamp(_ index: Int) -> Timestamp? {
        (self[index] as Int64?).map(Timestamp.init(rawValue:))
    }
}
