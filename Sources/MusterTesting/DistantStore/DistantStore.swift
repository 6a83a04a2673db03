import Dispatch
public import MusterCore
import Synchronization
import WorkerThreads

/// A store as if it were on another machine: never in this process, on threads of its own, with a way there and back for
/// each thing that is asked of it.
///
/// It keeps the directory in memory. What is counted tells how often a service would wait for a network.
public final class DistantStore: DirectoryStore {
    /// What was asked of the store.
    public struct Calls: Sendable, Equatable {
        /// How many reads were begun.
        public var reads = 0
        /// How many changes were begun.
        public var changes = 0
        /// How many methods were called in all of them: round trips.
        public var trips = 0

        /// Counts nothing yet, or what is said.
        public init(reads: Int = 0, changes: Int = 0, trips: Int = 0) {
            (self.reads, self.changes, self.trips) = (reads, changes, trips)
        }
    }

    private let inner: MemoryStore
    private let delay: Duration
    private let readers = WorkerPool("distant reads", .reads, threads: 4)
    private let writer = WorkerPool("distant changes", .reads, threads: 1)
    private let counted = Mutex(Calls())
    /// Whether ways there and back are held up, and how many are.
    private let holding = Mutex((isHeld: false, waiting: 0))
    private let gate = DispatchSemaphore(value: 0)

    /// Makes a store.
    ///
    /// - Parameters:
    ///   - inner: Where the directory is kept.
    ///   - delay: How long the way there and back takes; zero waits for nothing.
    public init(_ inner: MemoryStore = MemoryStore(), delay: Duration = .zero) {
        self.inner = inner
        self.delay = delay
    }

    /// Holds up every way there and back from now on, until ``release()``: the store is as slow as can be.
    public func hold() {
        holding.withLock { $0.isHeld = true }
    }

    /// Lets everything go on that was held up.
    public func release() {
        let waiting = holding.withLock { holding in
            defer { holding = (isHeld: false, waiting: 0) }
            return holding.waiting
        }
        for _ in 0..<waiting { gate.signal() }
    }

    /// What was asked since the last call of ``takeCalls()``.
    public var calls: Calls { counted.withLock { $0 } }

    /// What was asked since the last call.
    public func takeCalls() -> Calls {
        counted.withLock { calls in
            defer { calls = Calls() }
            return calls
        }
    }

    /// What the store holds, as ``MemoryStore/contents()``; no round trip.
    public func contents() -> StoreContents { inner.contents() }

    /// Goes there and back: counts it, and holds up the calling thread, which is one of the store's own.
    func travel() {
        counted.withLock { $0.trips += 1 }
        let isHeld = holding.withLock { holding in
            if holding.isHeld { holding.waiting += 1 }
            return holding.isHeld
        }
        if isHeld { gate.wait() }
        guard delay > .zero else { return }
        // Nobody signals it: the thread waits as long as the way takes.
        _ = DispatchSemaphore(value: 0).wait(timeout: .now() + delay / .seconds(1))
    }

    /// Reads a snapshot, on a thread of the store's own.
    ///
    /// - Throws: what `body` throws.
    public func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        counted.withLock { $0.reads += 1 }
        return try await readers.run { [self] () throws(MusterError) in
            try body(DistantTransaction(MemoryTransaction(inner.present), of: self))
        }
    }

    /// Makes one change, on a thread of the store's own.
    ///
    /// - Throws: what `body` throws.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        counted.withLock { $0.changes += 1 }
        await inner.interrupt()
        return try await writer.run { [self] () throws(MusterError) in
            try inner.writeNow { transaction throws(MusterError) in
                try body(DistantTransaction(transaction, of: self))
            }
        }
    }

    /// Makes a change that changes nothing.
    public func probe() async throws(MusterError) {
        try await write { _ throws(MusterError) in }
    }

    /// Nothing: memory goes with the store.
    public func close() async throws(MusterError) {}
}
