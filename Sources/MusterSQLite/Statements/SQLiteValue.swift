import CSQLiteSetup

/// A value that can be read from a row's column.
protocol SQLiteValue: SendableMetatype {
    /// Reads a column, counted from 0, that is not NULL.
    static func read(_ statement: OpaquePointer, at index: Int32) -> Self
}

extension Int64: SQLiteValue {
    static func read(_ statement: OpaquePointer, at index: Int32) -> Int64 {
        sqlite3_column_int64(statement, index)
    }
}

extension Int: SQLiteValue {
    static func read(_ statement: OpaquePointer, at index: Int32) -> Int {
        Int(sqlite3_column_int64(statement, index))
    }
}

extension Bool: SQLiteValue {
    static func read(_ statement: OpaquePointer, at index: Int32) -> Bool {
        sqlite3_column_int64(statement, index) != 0
    }
}

extension String: SQLiteValue {
    static func read(_ statement: OpaquePointer, at index: Int32) -> String {
        guard let start = sqlite3_column_text(statement, index) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, index))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}

extension [UInt8]: SQLiteValue {
    static func read(_ statement: OpaquePointer, at index: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(statement, index) else { return [] }
        let count = Int(sqlite3_column_bytes(statement, index))
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }
}
