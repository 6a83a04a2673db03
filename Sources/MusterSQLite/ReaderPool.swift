import MusterCore
import Synchronization

/// Read-only connections, taken by whoever reads and given back after.
///
/// A read runs on the calling thread and never waits for another: where no connection is free, one more
/// is opened. There are never more than there are threads reading at the same moment.
final class ReaderPool: Sendable {
    private let path: String
    private let idle: Mutex<[SQLiteHandle]>

    init(path: String) throws(MusterError) {
        self.path = path
        let first = try translating { try SQLiteHandle(reading: path) }
        idle = Mutex([first])
    }

    func read<Result>(_ body: (SQLiteHandle) throws -> Result) throws(MusterError) -> Result {
        let waiting = idle.withLock { $0.popLast() }
        return try translating {
            let handle = try waiting ?? SQLiteHandle(reading: path)
            defer { idle.withLock { $0.append(handle) } }
            return try handle.atOneMoment { try body(handle) }
        }
    }

    /// Lets go of the connections that nobody is reading on.
    func close() {
        idle.withLock { $0 = [] }
    }
}
