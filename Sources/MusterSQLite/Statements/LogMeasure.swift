import CSQLiteSetup

/// How long the write-ahead log is, as SQLite says after each commit of a connection.
final class LogMeasure {
    /// Where SQLite's callback writes.
    ///
    /// Lives as long as this object; the connection is told before it ends.
    private let pages = UnsafeMutablePointer<CInt>.allocate(capacity: 1)
    /// The pages that have been copied into the file.
    private var merged = 0

    init(_ connection: OpaquePointer) {
        pages.initialize(to: 0)
        sqlite3_wal_hook(
            connection,
            { context, _, _, pages in
                context?.assumingMemoryBound(to: CInt.self).pointee = pages
                return SQLITE_OK
            },
            pages
        )
    }

    deinit {
        pages.deallocate()
    }

    /// The pages in the log after the last commit.
    var count: Int { Int(pages.pointee) }

    /// The bytes of the log, in pages of 4 KiB, that were not copied into the file.
    var unmergedBytes: Int64 {
        // A log that has become shorter has started over.
        if count < merged { merged = 0 }
        return Int64(count - merged) * 4096
    }

    /// Notes how many pages of the log are in the file.
    func noteMerge(_ pages: Int) {
        merged = min(max(0, pages), count)
    }

    /// Tells the connection to measure no more.
    func end(_ connection: OpaquePointer) {
        sqlite3_wal_hook(connection, nil, nil)
    }
}
