import MusterCore
import Synchronization
import SystemCalls

/// How many changes were committed, in how many commits, and how long those took.
final class CommitFigures: Sendable {
    private let changes = Atomic<UInt64>(0)
    private let commits = Atomic<UInt64>(0)
    private let nanoseconds = Atomic<UInt64>(0)

    /// Notes a commit.
    func note(_ changes: Int, _ nanoseconds: UInt64) {
        self.changes.wrappingAdd(UInt64(changes), ordering: .relaxed)
        commits.wrappingAdd(1, ordering: .relaxed)
        self.nanoseconds.wrappingAdd(nanoseconds, ordering: .relaxed)
    }

    /// The figures, with the sizes of a database's files.
    func figures(of path: String) -> StoreFigures {
        var figures = StoreFigures()
        figures.changes = changes.load(ordering: .relaxed)
        figures.commits = commits.load(ordering: .relaxed)
        figures.commitNanoseconds = nanoseconds.load(ordering: .relaxed)
        figures.databaseBytes = CommitFigures.size(path)
        figures.logBytes = CommitFigures.size(path + "-wal")
        return figures
    }

    private static func size(_ path: String) -> Int64 {
        var status = stat()
        return stat(path, &status) == 0 ? Int64(status.st_size) : 0
    }
}
