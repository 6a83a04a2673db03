import GRDB
import MusterCore
import Synchronization

/// Read-only connections, taken by whoever reads and given back after.
///
/// A read runs on the calling thread and never waits for another: where no connection is free, one more
/// is opened. There are never more than there are threads reading at the same moment.
final class ReaderPool: Sendable {
    private let path: String
    private let configuration: Configuration
    private let idle: Mutex<[DatabaseQueue]>

    init(path: String, configuration: Configuration) throws(MusterError) {
        self.path = path
        self.configuration = configuration
        let first = try translating { try DatabaseQueue(path: path, configuration: configuration) }
        idle = Mutex([first])
    }

    func read<Result>(_ body: (Database) throws -> Result) throws(MusterError) -> Result {
        let waiting = idle.withLock { $0.popLast() }
        return try translating {
            let connection = try waiting ?? DatabaseQueue(path: path, configuration: configuration)
            defer { idle.withLock { $0.append(connection) } }
            return try connection.read(body)
        }
    }

    func close() throws(MusterError) {
        let connections = idle.withLock { idle in
            defer { idle = [] }
            return idle
        }
        try translating {
            for connection in connections { try connection.close() }
        }
    }
}
