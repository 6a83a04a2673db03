import CSQLiteSetup

extension SQLiteHandle {
    /// Copies the whole database, which may be in use, in place of another one's content
    /// (https://www.sqlite.org/backup.html).
    ///
    /// Inside a read transaction the copy is the database at the moment of that.
    ///
    /// - Parameters:
    ///   - destination: A connection to the database that becomes the copy.
    ///   - pagesPerStep: How many pages are copied between two reports of progress.
    ///   - progress: Told the part that is done, from 0 to 1. Throws to stop.
    /// - Throws: ``SQLiteError``, or what `progress` throws.
    func copyAll(
        to destination: SQLiteHandle,
        pagesPerStep: Int32,
        progress: (Double) throws -> Void
    ) throws {
        guard let copying = sqlite3_backup_init(destination.pointer, "main", pointer, "main") else {
            throw SQLiteError(
                sqlite3_extended_errcode(destination.pointer),
                on: destination.pointer
            )
        }
        var code = SQLITE_OK
        do {
            while code == SQLITE_OK {
                code = sqlite3_backup_step(copying, pagesPerStep)
                guard code == SQLITE_OK || code == SQLITE_DONE else { break }
                let all = sqlite3_backup_pagecount(copying)
                let left = sqlite3_backup_remaining(copying)
                try progress(all > 0 ? Double(all - left) / Double(all) : 1)
            }
        } catch {
            sqlite3_backup_finish(copying)
            throw error
        }
        let end = sqlite3_backup_finish(copying)
        // What is wrong is known to the connection to the copy only once the copying is finished.
        guard code == SQLITE_DONE else { throw SQLiteError(code, on: destination.pointer) }
        guard end == SQLITE_OK else { throw SQLiteError(end, on: destination.pointer) }
    }
}
