import MusterCore
import Synchronization

/// Read-only connections, taken by whoever reads and given back after.
///
/// A read runs on the calling thread and never waits for another read: where no connection is free, one more
/// is opened. There are never more than there are threads reading at the same moment.
///
/// A connection keeps its read transaction from one read to the next for as long as nothing has been
/// committed, because it would see the same again. The lock on the folder makes this process the only one that
/// commits, and a commit is counted before anybody is told of it: so no read is behind a change that was
/// acknowledged.
final class ReaderPool: Sendable {
    private let path: String
    private let idle: Mutex<[SQLiteHandle]>
    private let commits = Atomic<UInt64>(0)

    init(path: String) throws(MusterError) {
        self.path = path
        let first = try translating { try SQLiteHandle(reading: path) }
        idle = Mutex([first])
    }

    func read<Result>(_ body: (SQLiteHandle) throws -> Result) throws(MusterError) -> Result {
        let present = commits.load(ordering: .acquiring)
        let waiting = idle.withLock { $0.popLast() }
        return try translating {
            let handle = try waiting ?? SQLiteHandle(reading: path)
            // Where this fails the connection is not given back, but closed.
            try handle.readMoment(present)
            defer { giveBack(handle, from: present) }
            do {
                return try body(handle)
            } catch {
                // Whatever it was, the next read begins anew.
                handle.endMoment()
                throw error
            }
        }
    }

    /// Counts a commit, and ends the read transactions that do not see it where nobody is reading.
    ///
    /// One that stayed open would keep the write-ahead log from being begun anew.
    func noteCommit() {
        commits.add(1, ordering: .releasing)
        idle.withLock { idle in
            for handle in idle { handle.endMoment() }
        }
    }

    private func giveBack(_ handle: SQLiteHandle, from present: UInt64) {
        idle.withLock { idle in
            // Counted before it takes the lock, so that a commit is either seen here or finds the handle there.
            if commits.load(ordering: .acquiring) != present { handle.endMoment() }
            idle.append(handle)
        }
    }

    /// Lets go of the connections that nobody is reading on.
    func close() {
        idle.withLock { $0 = [] }
    }
}
