import MusterCore
import Synchronization
import SystemCalls

/// How many changes were committed, in how many commits, and how long those took.
final class CommitFigures: Sendable {
    private let figures = Mutex(StoreFigures())

    /// Notes a commit.
    func note(_ changes: Int, _ nanoseconds: UInt64) {
        figures.withLock { figures in
            figures.changes += UInt64(changes)
            figures.commits.add(nanoseconds)
        }
    }

    /// The figures, with the sizes of a database's files.
    func figures(of path: String) -> StoreFigures {
        var figures = figures.withLock { $0 }
        figures.databaseBytes = CommitFigures.size(path)
        figures.logBytes = CommitFigures.size(path + "-wal")
        return figures
    }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
