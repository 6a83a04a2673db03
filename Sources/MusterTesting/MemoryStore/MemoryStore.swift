public import MusterCore
import Synchronization

/// The directory in memory, for tests: every promise of the ports but the disk.
///
/// The state is a value. A read works on the value as it is at its beginning, a change on a copy that takes
/// its place only where the change succeeds.
public final class MemoryStore: InProcessStore {
    private let state = Mutex(MemoryState())
    /// Held for the time of a change, so that changes come one after the other.
    private let turn = Mutex<WriteFaults>(WriteFaults())

    /// What happens before the next change.
    private let interruption = Mutex<(@Sendable () async -> Void)?>(nil)

    /// How much room there is said to be.
    private let free = Mutex<Int64?>(nil)

    private struct WriteFaults {
        var passes = 0
        var failures = 0
    }

    /// Makes an empty store.
    public init() {}

    /// Lets the next `passes` changes succeed and makes the `count` after them fail, as a full disk would.
    public func failWrites(_ count: Int, after passes: Int = 0) {
        turn.withLock { $0 = WriteFaults(passes: passes, failures: count) }
    }

    /// Runs `body` once, before the next change that somebody makes begins.
    ///
    /// So a test can do something between a decision and the change that it is for.
    public func beforeNextChange(_ body: @escaping @Sendable () async -> Void) {
        interruption.withLock { $0 = body }
    }

    /// The bytes that are said to be free; nil unless a test says otherwise.
    public var freeBytes: Int64? { free.withLock { $0 } }

    /// Says how many bytes are free.
    public func setFreeBytes(_ bytes: Int64?) {
        free.withLock { $0 = bytes }
    }

    /// The state as it is.
    var present: MemoryState { state.withLock { $0 } }

    /// Reads a snapshot, on the calling thread.
    ///
    /// - Throws: what `body` throws.
    public func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try body(MemoryTransaction(state.withLock { $0 }))
    }

    /// Reads a snapshot, on the calling thread, however much that is.
    ///
    /// - Throws: what `body` throws.
    public func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try readNow(body)
    }

    /// Makes one change.
    ///
    /// - Throws: what `body` throws, or ``MusterError`` with code `store.unavailable` where the store was
    ///   told to fail.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        await interrupt()
        return try writeNow(body)
    }

    /// Does what was to happen before the next change.
    func interrupt() async {
        let interruption = interruption.withLock { body in
            defer { body = nil }
            return body
        }
        await interruption?()
    }

    /// Makes one change on the calling thread.
    ///
    /// - Throws: as ``write(_:)``.
    func writeNow<Result>(
        _ body: (any DirectoryTransaction) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try turn.withLock { faults throws(MusterError) in
            if faults.passes > 0 {
                faults.passes -= 1
            } else if faults.failures > 0 {
                faults.failures -= 1
                throw MusterError(.storeUnavailable, "The store was told to fail.")
            }
            let transaction = MemoryTransaction(state.withLock { $0 })
            let result = try body(transaction)
            let changed = transaction.state
            state.withLock { $0 = changed }
            return result
        }
    }
}

extension MemoryStore {
    /// Makes a change that changes nothing.
    public func probe() async throws(MusterError) {
        try await write { _ throws(MusterError) in }
    }

    /// Nothing: memory goes with the store.
    public func close() async throws(MusterError) {}
}
