import MusterCore
import MusterTesting
import Synchronization

@testable import MusterServer

/// A store that counts on which threads it is read.
final class WatchedStore: DirectoryStore {
    /// How many reads there were on the threads for searches, on those for lists, and anywhere else.
    struct Reads {
        var searches = 0
        var lists = 0
        var others = 0
    }

    private let inner = MemoryStore()
    private let reads = Mutex(Reads())

    /// How many there were since the last call.
    func take() -> Reads {
        reads.withLock { reads in
            defer { reads = Reads() }
            return reads
        }
    }

    func read<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        reads.withLock { reads in
            switch WorkerThread.current {
            case .searches: reads.searches += 1
            case .lists: reads.lists += 1
            case nil: reads.others += 1
            }
        }
        return try inner.read(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.write(body)
    }

    func makeImportSpool() throws(MusterError) -> any ImportSpool { try inner.makeImportSpool() }
}
