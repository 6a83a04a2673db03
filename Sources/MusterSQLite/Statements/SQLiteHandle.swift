import CSQLiteSetup
import MusterCore
import MusterSQL

/// A connection to the database, and the statements that were prepared on it.
///
/// Sendable without the compiler's word, because what C made it points to is not: a handle is used by one
/// thread at a time: by whoever took it from the ``ReaderPool``, on the writer's queue, or by whoever opened it for one
/// piece of work.
final class SQLiteHandle: @unchecked Sendable {
    /// The most statements that are kept; there are some 80, and more only where filters are combined.
    private static let statementLimit = 256

    let pointer: OpaquePointer
    /// Whether the connection has not been closed.
    private(set) var isOpen = true
    /// The statements that have been prepared.
    private(set) var statements: [StatementText: PreparedStatement] = [:]
    /// The statement that was asked for last: look-ups ask for the same again and again.
    private var latest: (text: StatementText, statement: PreparedStatement)?
    /// How much of the database a writer keeps in memory.
    var cache = WriterCache()
    private var logMeasure: LogMeasure?
    /// The commit at which this connection reads; nil outside a read transaction of ``readSnapshot(_:)``.
    private var snapshot: UInt64?
    /// The callers who were asked for in this snapshot; nobody outside of one.
    private(set) var callers = CallerMemory()

    /// Opens a connection as all are opened; what each kind adds is in SQLiteHandle+Opening.swift.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - flags: Whether it is read or written (https://www.sqlite.org/c3ref/open.html).
    /// - Throws: ``SQLiteError``.
    init(_ path: String, flags: Int32) throws {
        SQLiteStore.setUp
        var pointer: OpaquePointer?
        let code = sqlite3_open_v2(path, &pointer, flags | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let pointer else {
            defer { sqlite3_close_v2(pointer) }
            throw SQLiteError(code, on: pointer)
        }
        self.pointer = pointer
        sqlite3_extended_result_codes(pointer, 1)
        sqlite3_busy_timeout(pointer, 5_000)
        _ = csqlite_refuse_quoted_texts(pointer)
        try runOnce("PRAGMA trusted_schema = OFF")
        try runOnce("PRAGMA foreign_keys = ON")
    }

    deinit {
        endMeasuringLog()
        forgetStatements()
        if isOpen { sqlite3_close_v2(pointer) }
    }

    /// Closes the connection; the last one of a file merges the write-ahead log into it.
    ///
    /// Nothing may be run on it afterwards.
    ///
    /// - Throws: ``SQLiteError``.
    func close() throws {
        guard isOpen else { return }
        endMeasuringLog()
        // SQLite does not close a connection that has statements left.
        forgetStatements()
        let code = sqlite3_close(pointer)
        guard code == SQLITE_OK else { throw SQLiteError(code, on: pointer) }
        isOpen = false
    }

    /// Lets go of the statements; the next use prepares them again.
    func forgetStatements() {
        statements = [:]
        latest = nil
    }

    /// How many rows the last statement changed.
    var changedRows: Int { Int(sqlite3_changes(pointer)) }

    /// How many rows have been changed since the connection was opened, also by what was taken back.
    var totalChanges: Int64 { sqlite3_total_changes64(pointer) }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(pointer) == 0 }

    /// Begins to measure the write-ahead log; goes on until ``endMeasuringLog()``.
    func measureLog() {
        logMeasure = LogMeasure(pointer)
    }

    /// Ends measuring, which has to happen before the connection is closed or this handle goes.
    func endMeasuringLog() {
        logMeasure?.end(pointer)
        logMeasure = nil
    }

    /// The pages in the write-ahead log after the last commit of this connection; 0 where it is not measured.
    var logPages: Int { logMeasure?.count ?? 0 }

    /// The bytes of the write-ahead log that were not in the file after the last commit or merge of this connection.
    var unmergedLogBytes: Int64 { logMeasure?.unmergedBytes ?? 0 }

    /// Copies the write-ahead log into the file, as far as no reader needs it.
    ///
    /// - Throws: `DatabaseError`, as where the disk is full.
    func mergeLog() throws {
        try run("PRAGMA wal_checkpoint(PASSIVE)", []) { row in
            // Busy or not, the pages of the log, and how many of them are in the file.
            logMeasure?.noteMerge(row[2])
            return false
        }
    }

    /// The number of the row that was inserted last.
    var lastInsertedRowID: Int64 { sqlite3_last_insert_rowid(pointer) }

    /// Runs a statement and hands each row to `body`, until there are no more or it returns false.
    ///
    /// - Throws: ``SQLiteError``, or what `body` throws.
    func run(
        _ text: StatementText,
        _ arguments: [(any SQLArgument)?],
        _ body: (SQLiteRow) throws -> Bool = { _ in true }
    ) throws {
        try statement(text).run(arguments, body)
    }

    /// Runs a statement with values that `bind` puts into its places, and hands each row to `body`, as ``run(_:_:_:)``.
    ///
    /// - Throws: ``SQLiteError``, or what `body` throws.
    func run(
        _ text: StatementText,
        binding bind: (inout StatementPlaces) -> Void,
        rows body: (SQLiteRow) throws -> Bool = { _ in true }
    ) throws {
        try statement(text).run(binding: bind, rows: body)
    }

    /// Runs a statement that is not kept: SQLite carries out some pragmas when they are prepared, and only then.
    ///
    /// - Throws: ``SQLiteError``.
    func runOnce(_ text: StatementText) throws {
        try PreparedStatement(text, on: pointer).run([])
    }

    /// Ensures that what is read includes the commit; the snapshot that is held already may do.
    ///
    /// - Parameter commit: The commit's number.
    /// - Throws: ``SQLiteError``.
    func readSnapshot(_ commit: UInt64) throws {
        guard snapshot != commit else { return }
        endSnapshot()
        try run("BEGIN", [])
        snapshot = commit
    }

    /// Ends the snapshot.
    func endSnapshot() {
        guard snapshot != nil else { return }
        snapshot = nil
        callers.forget()
        // A read has nothing to lose: whatever COMMIT may say, the next BEGIN starts again.
        try? run("COMMIT", [])
    }

    /// Keeps what was read of a caller for as long as this snapshot is read.
    ///
    /// In a change, whose rows may be other ones a moment later, nothing is kept.
    func keep(_ add: (inout CallerMemory) -> Void) {
        if snapshot != nil { add(&callers) }
    }

    /// Runs `body` as a part of the present transaction; where it throws, nothing of it remains.
    ///
    /// - Throws: ``SQLiteError``, or what `body` throws.
    func inSavepoint<Result>(_ body: () throws -> Result) throws -> Result {
        try run("SAVEPOINT change", [])
        do {
            let result = try body()
            try run("RELEASE change", [])
            return result
        } catch {
            try run("ROLLBACK TO change", [])
            try run("RELEASE change", [])
            throw error
        }
    }

    /// The statement of a text, prepared when it is first asked for.
    ///
    /// - Throws: ``SQLiteError`` where SQLite does not understand it.
    func statement(_ text: StatementText) throws -> PreparedStatement {
        if let latest, latest.text == text { return latest.statement }
        let statement = try statements[text] ?? prepare(text)
        latest = (text, statement)
        return statement
    }

    private func prepare(_ text: StatementText) throws -> PreparedStatement {
        if statements.count >= SQLiteHandle.statementLimit { forgetStatements() }
        let statement = try PreparedStatement(text, on: pointer)
        statements[text] = statement
        return statement
    }
}
