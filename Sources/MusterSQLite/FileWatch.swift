import FoundationEssentials
import SystemCalls

/// Tells whether a database that is open is still the one that the next start will find.
///
/// Who removes or replaces a file does not take it from a process that has it open: the process goes on writing to a
/// file that has no name, and what it writes there is gone when it ends.
struct FileWatch: Sendable {
    private struct Identity: Sendable, Equatable {
        let device: UInt64
        let number: UInt64

        /// The file that has a name now; nil if none has.
        init?(_ path: String) {
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            device = UInt64(truncatingIfNeeded: status.st_dev)
            number = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }

    private let database: String
    private let log: String
    private let present: (database: Identity?, log: Identity?)

    /// Remembers the database and its write-ahead log, which are open.
    init(_ path: String) {
        database = path
        log = path + "-wal"
        present = (Identity(database), Identity(log))
    }

    /// Whether the database and its log still have their names.
    ///
    /// Costs two calls of the system, some 2 µs.
    var isIntact: Bool {
        hasDatabase && Identity(log) == present.log
    }

    /// Whether the database still has its name.
    var hasDatabase: Bool {
        Identity(database) == present.database
    }
}
