import CLibPQ
import FoundationEssentials
import MusterCore
import MusterSQL

/// What was wrong with the columns of a result, if anything was.
final class ColumnFault {
    var message: String?
}

/// A row of a result, valid as long as that is.
///
/// Columns are read strictly: one of another type, of a wrong length, or NULL where that may not be, leaves a note in
/// `fault`, for which the result is refused as a whole.
struct PostgresRow: SQLRow {
    let result: OpaquePointer
    let number: Int32
    let fault: ColumnFault

    /// The column at a place, counted from 0, which is not NULL.
    subscript<Value: PostgresValue>(index: Int) -> Value {
        guard let value = self[index] as Value? else {
            note(index, "is NULL or cannot be read")
            return Value.nothing
        }
        return value
    }

    /// The column at a place; nil if it is NULL.
    subscript<Value: PostgresValue>(index: Int) -> Value? {
        let column = Int32(index)
        guard index < Int(PQnfields(result)), PQfformat(result, column) == 1,
            PQftype(result, column) == Value.type
        else {
            note(index, "has another type")
            return nil
        }
        guard PQgetisnull(result, number, column) == 0 else { return nil }
        let length = Int(PQgetlength(result, number, column))
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(result, number, column),
            count: length
        )
        guard let value = Value(binary: bytes) else {
            note(index, "has \(length) bytes that are no such value")
            return nil
        }
        return value
    }

    func bytes(_ index: Int) -> [UInt8] {
        self[index]
    }

    /// The UUID of a column; nil if it is NULL.
    func uuid(_ index: Int) -> UUID? {
        self[index]
    }

    func optionalTimestamp(_ index: Int) -> Timestamp? {
        (self[index] as Int64?).map(Timestamp.init(rawValue:))
    }

    private func note(_ index: Int, _ what: String) {
        let name = PQfname(result, Int32(index)).map { String(cString: $0) } ?? ""
        fault.message = fault.message ?? "column \(index) (\(name)) \(what)"
    }
}
