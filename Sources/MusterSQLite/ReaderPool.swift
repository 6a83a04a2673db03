import Dispatch
import MusterCore
import MusterSQL
import Synchronization
import SystemCalls

/// Read-only connections, taken by whoever reads and given back after.
///
/// A read runs on the calling thread and does not wait for another read: as many connections as there are threads
/// that read are opened ahead, and where none is free all the same, one more is. Only where that cannot be, because
/// the process may have no more files open, a read waits for another one to end.
///
/// A connection keeps its read transaction from one read to the next for as long as nothing has been
/// committed, because it would see the same again. The lock on the folder makes this process the only one that
/// commits, and a commit is counted before anybody is told of it: so no read misses a change that was
/// acknowledged.
///
/// Threads of low priority have a pool of their own, which keeps none: one that holds a lock, and has to wait for a
/// processor, has everybody wait who needs the lock, and they wait long where the machine is busy.
final class ReaderPool: Sendable {
    private let path: String
    /// How long a read waits for another one to end.
    private let patience: DispatchTimeInterval
    private let keepsSnapshots: Bool
    private let free: Mutex<FreeReaders<SQLiteHandle>>
    private let commits = Atomic<UInt64>(0)

    /// Opens connections.
    ///
    /// - Parameters:
    ///   - path: The database.
    ///   - count: How many are opened ahead.
    ///   - patience: How long a read waits for another one to end.
    ///   - keepsSnapshots: Whether a connection keeps its read transaction.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    init(
        path: String,
        ahead count: Int = 1,
        patience: DispatchTimeInterval = .seconds(5),
        keepsSnapshots: Bool = true
    ) throws(MusterError) {
        self.path = path
        self.patience = patience
        self.keepsSnapshots = keepsSnapshots
        let handles = try translating {
            try (0..<max(1, count)).map { _ in
                let handle = try SQLiteHandle(reading: path)
                // The write-ahead log is opened by the first read.
                try handle.runOnce("SELECT count(*) FROM sqlite_schema")
                return handle
            }
        }
        free = Mutex(FreeReaders(handles))
    }

    func read<Result>(_ body: (SQLiteHandle) throws -> Result) throws(MusterError) -> Result {
        let present = commits.load(ordering: .acquiring)
        let thread = SystemThread.mark
        let waiting = free.withLock { $0.take(by: thread) }
        return try translating {
            let handle = try waiting ?? oneMore(for: thread)
            do {
                try handle.readSnapshot(present)
            } catch {
                // It is not given back, but closed: whoever waits has the files for another one.
                try? handle.close()
                free.withLock { $0.next() }?.signal()
                throw error
            }
            defer { giveBack(handle, by: thread, from: present) }
            do {
                return try body(handle)
            } catch {
                // Whatever it was, the next read begins again.
                handle.endSnapshot()
                throw error
            }
        }
    }

    /// Counts a commit, and ends the read transactions that do not see it where nobody is reading.
    ///
    /// One that stayed open would keep the write-ahead log from being begun again.
    func noteCommit() {
        commits.add(1, ordering: .releasing)
        guard keepsSnapshots else { return }
        free.withLock { free in
            for handle in free.idle { handle.endSnapshot() }
        }
    }

    /// Opens one more connection or, where that cannot be, waits for one.
    private func oneMore(for thread: UInt) throws -> SQLiteHandle {
        let deadline = DispatchTime.now() + patience
        let turn = DispatchSemaphore(value: 0)
        while true {
            do {
                return try SQLiteHandle(reading: path)
            } catch {
                if let handle = free.withLock({ $0.take(by: thread, or: turn) }) { return handle }
                guard turn.wait(timeout: deadline) == .success else {
                    guard let handle = free.withLock({ $0.giveUp(turn) }) else { throw error }
                    return handle
                }
                if let handle = free.withLock({ $0.take(by: thread) }) { return handle }
            }
        }
    }

    private func giveBack(_ handle: SQLiteHandle, by thread: UInt, from present: UInt64) {
        // Not under the lock, which is held for as long as it takes to move a reference.
        if !keepsSnapshots { handle.endSnapshot() }
        let next = free.withLock { free in
            // Counted before it takes the lock, so that a commit is either seen here or finds the handle there.
            if keepsSnapshots, commits.load(ordering: .acquiring) != present {
                handle.endSnapshot()
            }
            return free.giveBack(handle, by: thread)
        }
        next?.signal()
    }

    /// Lets go of the connections that nobody is reading on.
    func close() {
        free.withLock { $0.removeAll() }
    }
}
