import CSQLiteSetup
import MusterSQL

extension SQLiteHandle {
    /// Runs `body` in a transaction of its own; if it throws, nothing of it remains.
    ///
    /// - Parameters:
    ///   - begin: The statement that begins it; "BEGIN" for one that only reads, which is then at one moment.
    ///   - isKept: Whether what `body` has done is committed, by its result.
    ///   - body: The work.
    /// - Returns: What `body` returns.
    /// - Throws: ``SQLiteError``, or what `body` throws.
    func inTransaction<Result>(
        _ begin: StatementText = "BEGIN IMMEDIATE",
        keeping isKept: (Result) -> Bool = { _ in true },
        _ body: () throws -> Result
    ) throws -> Result {
        guard isOpen else { throw SQLiteError(SQLITE_MISUSE) }
        try run(begin, [])
        do {
            let result = try body()
            if isKept(result) {
                // After some errors SQLite has ended the transaction, and what came before them is gone.
                guard isInTransaction else { throw SQLiteError(SQLITE_ABORT) }
                try run("COMMIT", [])
            } else if isInTransaction {
                try run("ROLLBACK", [])
            }
            return result
        } catch {
            // What is told is why, whatever else fails.
            if isInTransaction { try? run("ROLLBACK", []) }
            throw error
        }
    }

    /// Runs all statements of a text, one after the other.
    ///
    /// - Throws: ``SQLiteError``; what was run before it failed stays, outside of a transaction.
    func runAll(_ text: StatementText) throws {
        let code = sqlite3_exec(pointer, text.sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code, on: pointer) }
    }

    /// Reads all rows of a statement.
    ///
    /// - Throws: ``SQLiteError``, or what `decode` throws.
    func rows<Value>(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?] = [],
        expecting count: Int = 0,
        _ decode: (SQLiteRow) throws -> Value
    ) throws -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(count)
        try run(text, arguments) { row in
            values.append(try decode(row))
            return true
        }
        return values
    }
}
