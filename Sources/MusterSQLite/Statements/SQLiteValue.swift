import CSQLiteSetup
import FoundationEssentials
import MusterSQL

/// A value that can be read from a row's column.
protocol SQLiteValue: SendableMetatype {
    /// Reads a column, counted from 0, that is not NULL.
    static func read(_ statement: OpaquePointer, at index: Int32) -> Self
}

/// Tells SQLite to copy what it is given before the call returns.
private let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension SQLValue {
    /// Puts the value into a statement's place, counted from 1, and returns SQLite's code.
    func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .integer(let number): sqlite3_bind_int64(statement, index, number)
        case .truth(let isTrue): sqlite3_bind_int64(statement, index, isTrue ? 1 : 0)
        case .text(var text):
            text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    // Without an address SQLite would bind NULL.
                    sqlite3_bind_text(
                        statement,
                        index,
                        characters.baseAddress ?? UnsafePointer(bitPattern: 1),
                        Int32(characters.count),
                        copied
                    )
                }
            }
        case .bytes(let bytes):
            bytes.withUnsafeBytes { bytes in
                sqlite3_bind_blob(
                    statement,
                    index,
                    bytes.baseAddress ?? UnsafeRawPointer(bitPattern: 1),
                    Int32(bytes.count),
                    copied
                )
            }
        case .uuid(let uuid):
            withUnsafeBytes(of: uuid.uuid) { bytes in
                sqlite3_bind_blob(statement, index, bytes.baseAddress, Int32(bytes.count), copied)
            }
        }
    }
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
