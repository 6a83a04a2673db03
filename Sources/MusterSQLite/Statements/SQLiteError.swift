import CSQLiteSetup

/// What SQLite says when it cannot do something (https://www.sqlite.org/rescode.html).
///
/// Values that were bound are in none of its texts.
struct SQLiteError: Error {
    /// A file that ends before its last page.
    static let shortRead = SQLITE_IOERR | 2 << 8

    /// The code with what SQLite adds to it, such as which rule of a table was broken.
    let extendedCode: Int32
    /// What is wrong, in SQLite's words.
    let message: String
    /// The statement; nil if it was none.
    let sql: String?

    /// Reads what a connection says of its last failure.
    ///
    /// - Parameters:
    ///   - code: What the call has returned.
    ///   - connection: The connection; nil if there is none, and the code has to say it all.
    ///   - sql: The statement.
    init(_ code: Int32, on connection: OpaquePointer? = nil, sql: String? = nil) {
        extendedCode = code
        message =
            connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
            ?? SQLiteError.words(code)
        self.sql = sql
    }

    /// The code alone.
    var code: Int32 { extendedCode & 0xFF }

    /// The code in a sentence, for those who look it up.
    var reason: String { "\(code) (\(SQLiteError.words(code)))" }

    private static func words(_ code: Int32) -> String {
        sqlite3_errstr(code).map { String(cString: $0) } ?? "unknown"
    }
}

extension SQLiteError: CustomStringConvertible {
    var description: String {
        "SQLite error \(extendedCode): \(message)" + (sql.map { " - in `\($0)`" } ?? "")
    }
}
