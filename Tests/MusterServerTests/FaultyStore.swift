import MusterCore
import MusterTesting
import Synchronization

/// A store around another one, in which something happens before a change, or which says that its disk is full.
final class FaultyStore: InProcessStore {
    private struct Plan {
        /// How many changes were begun since it was set.
        var begun = 0
        /// Before which change, counted from 0, the action happens.
        var number: Int?
        var action: (@Sendable () async -> Void)?
    }

    private let inner: any InProcessStore
    private let plan = Mutex(Plan())
    private let probed = Atomic(0)
    /// Whether there is room for no more batches of imports.
    private let isFull: Bool
    /// The bytes that are said to be free.
    let freeBytes: Int64?

    /// Puts itself around a store.
    ///
    /// - Parameters:
    ///   - inner: The store.
    ///   - isFull: Whether there is room for no more batches of imports.
    ///   - freeBytes: The bytes that are said to be free; nil if that is not known.
    init(
        _ inner: any InProcessStore = MemoryStore(),
        isFull: Bool = false,
        freeBytes: Int64? = nil
    ) {
        self.inner = inner
        self.isFull = isFull
        self.freeBytes = freeBytes
    }

    /// Runs `action` once, before the change of this number begins; those that `action` makes itself are not counted.
    func before(change number: Int, _ action: @escaping @Sendable () async -> Void) {
        plan.withLock { $0 = Plan(number: number, action: action) }
    }

    /// How many changes were begun since the last call of ``before(change:_:)``.
    var changes: Int { plan.withLock { $0.begun } }

    /// How often it was written to see whether it can be.
    var probes: Int { probed.load(ordering: .relaxed) }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.read(extent, body)
    }

    func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try inner.readNow(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        await interrupt()
        return try await inner.write(body)
    }

    func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        guard !isFull else {
            throw MusterError(
                .storeUnavailable,
                "The disk has too little room.",
                cause: Trouble.disk
            )
        }
        await interrupt()
        return try await inner.writeBatch(of: caller, body)
    }

    func probe() async throws(MusterError) {
        probed.add(1, ordering: .relaxed)
    }

    func close() async throws(MusterError) { try await inner.close() }

    private func interrupt() async {
        let action = plan.withLock { plan in
            defer { plan.begun += 1 }
            guard plan.begun == plan.number else { return nil as (@Sendable () async -> Void)? }
            defer { plan.action = nil }
            return plan.action
        }
        await action?()
    }
}
