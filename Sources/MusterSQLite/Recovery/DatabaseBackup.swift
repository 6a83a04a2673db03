public import MusterCore
import MusterSQL

/// Copies a directory's database, which may be in use, to one consistent file.
public enum DatabaseBackup {
    /// How many pages of 4 KiB are copied between two reports of progress.
    private static let pagesPerStep: Int32 = 1024

    /// Copies a database.
    ///
    /// The copy is a snapshot of the directory: it is read within one transaction of the write-ahead log,
    /// which holds up neither those who read nor those who write. It needs no other file beside it.
    ///
    /// - Parameters:
    ///   - source: The database.
    ///   - destination: The path of an empty file.
    ///   - sealer: Unused but for phone numbers, of which none is read.
    ///   - event: The event that says in the copy when it was made; nil for none.
    ///   - mark: The copy's `application_id`, a number that SQLite keeps in the file's header for its applications.
    ///   - progress: Told the part that is done, from 0 to 1. Throws to stop.
    /// - Returns: What the copy holds, counted in the original.
    /// - Throws: ``MusterError`` with code `directory.missing`, `store.too_new` or `store.unavailable`, or
    ///   what `progress` throws.
    public static func copy(
        _ source: DatabaseSource,
        to destination: String,
        sealer: any Sealer,
        event: AuditEvent?,
        mark: Int32 = 0,
        progress: @escaping (Double) throws(MusterError) -> Void
    ) throws(MusterError) -> DatabaseSummary {
        try sayingWhy {
            let original = try ReadOnlyDatabase.open(source)
            let copy = try SQLiteHandle(asItIs: ReadOnlyDatabase.plain(destination))
            let summary = try original.inTransaction("BEGIN") {
                let summary = try SQLiteTransaction(original, sealer: sealer).summary()
                try original.copyAll(to: copy, pagesPerStep: pagesPerStep, progress: progress)
                return summary
            }
            // In the write-ahead log's mode, whoever reads the file would make others beside it.
            try copy.runOnce("PRAGMA journal_mode = DELETE")
            try copy.runOnce("PRAGMA synchronous = FULL")
            try copy.runOnce("PRAGMA application_id = \(number: Int(mark))")
            if let event {
                try copy.inTransaction {
                    let transaction = SQLiteTransaction(copy, sealer: sealer)
                    if summary.schema >= Migration.auditSearch.number {
                        try transaction.appendAuditEvent(event)
                    } else {
                        try transaction.appendAuditEventAsBefore(event)
                    }
                }
            }
            try copy.close()
            try original.close()
            return summary
        }
    }

    /// Runs the copying; what stops it, a full disk or a damaged page, is in the sentence.
    private static func sayingWhy<Result>(
        _ body: () throws -> Result
    ) throws(MusterError) -> Result {
        try translating {
            do {
                return try body()
            } catch let error as SQLiteError {
                throw MusterError(
                    .storeUnavailable,
                    "The database cannot be copied. SQLite's reason is \(error.reason).",
                    cause: error
                )
            }
        }
    }
}
