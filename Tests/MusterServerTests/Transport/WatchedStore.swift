import MusterCore
import MusterTesting
import Synchronization
import WorkerThreads

@testable import MusterServer

/// A store that counts its reads by how much they may cost, and look-ups by the threads on which they are made.
final class WatchedStore: DirectoryStore {
    /// How many reads there were.
    struct Reads {
        /// Those that may go through the whole directory.
        var unbounded = 0
        /// Others on the threads for lists.
        var lists = 0
        /// Others anywhere else.
        var others = 0
    }

    private let inner: any DirectoryStore
    private let reads = Mutex(Reads())
    /// How often it was to look what others have acknowledged.
    let catchUps = Atomic(0)

    init() throws(MusterError) {
        inner = try TestStores.make()
    }

    /// How many there were since the last call.
    func take() -> Reads {
        reads.withLock { reads in
            defer { reads = Reads() }
            return reads
        }
    }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        note(extent, isOnListThread: WorkerThread.current == .lists)
        return try await inner.read(extent, body)
    }

    private func note(_ extent: ReadExtent, isOnListThread: Bool) {
        reads.withLock { reads in
            switch extent {
            case .unbounded: reads.unbounded += 1
            case .bounded where isOnListThread: reads.lists += 1
            case .bounded: reads.others += 1
            }
        }
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.write(body)
    }

    func catchUp() async { catchUps.add(1, ordering: .relaxed) }

    func close() async throws(MusterError) { try await inner.close() }
}
