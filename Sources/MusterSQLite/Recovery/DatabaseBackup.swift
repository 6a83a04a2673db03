import Foundation
import GRDB
public import MusterCore

/// Copies a directory's database, which may be in use, to one consistent file.
public enum DatabaseBackup {
    /// How many pages of 4 KiB are copied between two reports of progress.
    private static let pagesPerStep: CInt = 1024

    /// Copies a database.
    ///
    /// The copy is the directory at one moment: it is read within one transaction of the write-ahead log,
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
            let copy = try DatabaseQueue(path: ReadOnlyDatabase.plain(destination))
            let summary = try original.read { original in
                let summary = try SQLiteTransaction(
                    SQLiteHandle(borrowing: original),
                    sealer: sealer
                )
                .summary()
                try copy.writeWithoutTransaction { copy in
                    try original.backup(to: copy, pagesPerStep: pagesPerStep) { step in
                        try progress(part(step))
                    }
                }
                return summary
            }
            try copy.writeWithoutTransaction { copy in
                // In the write-ahead log's mode, whoever reads the file would make others beside it.
                try copy.execute(sql: "PRAGMA journal_mode = DELETE")
                try copy.execute(sql: "PRAGMA synchronous = FULL")
                try copy.execute(sql: "PRAGMA application_id = \(mark)")
                guard let event else { return }
                try copy.inTransaction {
                    let handle = try SQLiteHandle(borrowing: copy)
                    try SQLiteTransaction(handle, sealer: sealer).appendAuditEvent(event)
                    return .commit
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
            } catch let error as DatabaseError {
                throw MusterError(
                    .storeUnavailable,
                    "The database cannot be copied. SQLite's reason is \(error.resultCode).",
                    cause: error
                )
            }
        }
    }

    private static func part(_ step: DatabaseBackupProgress) -> Double {
        guard step.totalPageCount > 0 else { return 1 }
        return Double(step.completedPageCount) / Double(step.totalPageCount)
    }
}
