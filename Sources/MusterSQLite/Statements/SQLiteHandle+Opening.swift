import CSQLiteSetup
import MusterSQL

/// The kinds of connections.
extension SQLiteHandle {
    /// How many pages of 4 KiB a reader keeps: those that lead to rows, and some rows.
    ///
    /// With a million users four times as much finds no more of them, and pushes more out of the processor's own
    /// caches than it saves in reads from the kernel's: look-ups were 2 to 4 % slower.
    private static let readerPages = 128

    /// Opens a file to serve reads from it; it can change nothing.
    ///
    /// - Throws: ``SQLiteError``.
    convenience init(reading path: String) throws {
        try self.init(path, flags: SQLITE_OPEN_READONLY)
        try runOnce("PRAGMA cache_size = \(number: SQLiteHandle.readerPages)")
    }

    /// Opens a file to look at it, with SQLite's usual cache; it can change nothing.
    ///
    /// - Throws: ``SQLiteError``.
    convenience init(lookingAt path: String) throws {
        try self.init(path, flags: SQLITE_OPEN_READONLY)
    }

    /// Opens a file to serve changes, and creates it if there is none: a change is on disk when its commit returns.
    ///
    /// - Throws: ``SQLiteError``.
    convenience init(writing path: String) throws {
        try self.init(asItIs: path)
        try runOnce("PRAGMA journal_mode = WAL")
        // With NORMAL, the usual one beside WAL, a power failure can cost commits.
        try runOnce("PRAGMA synchronous = FULL")
        try runOnce("PRAGMA cache_size = \(number: WriterCache.usualPages)")
        // ``GroupCommit`` merges the log, when it is time.
        try runOnce("PRAGMA wal_autocheckpoint = 0")
    }

    /// Opens a file for changes in the mode that it has, and creates it if there is none.
    ///
    /// - Throws: ``SQLiteError``.
    convenience init(asItIs path: String) throws {
        try self.init(path, flags: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
    }

    /// Makes a database in memory, which goes with the connection.
    ///
    /// - Throws: ``SQLiteError``.
    static func inMemory() throws -> SQLiteHandle {
        try SQLiteHandle(asItIs: ":memory:")
    }
}
