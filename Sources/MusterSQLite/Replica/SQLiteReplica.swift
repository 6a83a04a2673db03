import MusterCore
import MusterSQL
import Synchronization

/// A replica in a file of its own.
final class SQLiteReplica: DirectoryReplica {
    private let path: String
    private let handle: SQLiteHandle
    private let readers: ReaderPool
    private let sealer: any Sealer
    private let marks = AuditMarks()
    private let present: Mutex<FeedPlace>

    /// How many pages of 4 KiB the connection that writes keeps.
    private static let pages = 2048
    /// From how many pages of its log on that is merged into the file: so many are brought to disk in a moment.
    private static let logPages = 1024

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - sealer: Opens telephone numbers.
    ///   - digester: Tells by which steps its tables were made.
    ///   - readers: How many connections are opened to read on.
    /// - Throws: ``MusterError`` with code `store.unavailable` where it is none, or one of another program's.
    init(
        _ path: String,
        sealer: any Sealer,
        digester: any Digester,
        readers: Int
    ) throws(MusterError) {
        self.path = path
        self.sealer = sealer
        let (handle, place) = try translating {
            let handle = try SQLiteHandle(asItIs: path)
            guard let place = try ReplicaForm.place(in: handle, digester) else {
                throw MusterError(.storeUnavailable, "This is another program's copy.")
            }
            try handle.runOnce("PRAGMA journal_mode = WAL")
            // A copy that ends a little before the last change, as after a power failure, goes on from there.
            try handle.runOnce("PRAGMA synchronous = NORMAL")
            try handle.runOnce("PRAGMA foreign_keys = OFF")
            try handle.runOnce("PRAGMA cache_size = \(number: SQLiteReplica.pages)")
            // See ``tidy()``.
            try handle.runOnce("PRAGMA wal_autocheckpoint = 0")
            handle.measureLog()
            return (handle, place)
        }
        self.handle = handle
        present = Mutex(place)
        self.readers = try ReaderPool(path: path, ahead: readers)
    }

    var place: FeedPlace { present.withLock { $0 } }

    func move(
        to place: FeedPlace,
        _ body: (any ReplicaWriter) throws(MusterError) -> Void
    ) throws(MusterError) {
        try translating {
            try handle.inTransaction {
                let rows = ReplicaRows(handle)
                try body(rows)
                try rows.countFactors()
                try ReplicaForm.note(place, in: handle)
            }
        }
        // Counted before anybody is told of the place, as after any commit.
        readers.noteCommit()
        present.withLock { $0 = place }
    }

    /// Merges the log into the file once it is long enough, so that it is begun again.
    ///
    /// SQLite would do so in a commit, before anybody is told of it, and as long as somebody reads never come to the end of the log: those
    /// who have read since the commit before are in its way then, so that the log grew, and was brought to disk with each commit. Here
    /// they have been told to go on to the last commit.
    func tidy() {
        guard handle.logPages >= SQLiteReplica.logPages, handle.unmergedLogBytes > 0 else { return }
        // Where this fails the log grows on, and it is tried again.
        try? handle.mergeLog()
        // Who has begun to read meanwhile keeps the log from being begun again.
        readers.noteCommit()
    }

    func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> (result: Result, sight: ReplicaSight) {
        try readers.read { handle in
            let transaction = SQLiteTransaction(handle, sealer: sealer, marks: marks)
            let result = try body(ReplicaReader(inner: transaction))
            return (result, transaction.sight)
        }
    }

    func close() {
        readers.close()
        try? handle.close()
    }

    func remove() {
        close()
        ReplicaFiles.remove(path)
    }
}
