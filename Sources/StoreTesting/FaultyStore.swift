public import MusterCore
public import MusterTesting
import Synchronization

/// A store around another one, in which something happens before a change, or which fails as a full disk does.
///
/// Around no other it is one of the kind that the test is made on. Of itself it is far away, whatever is in it; who tests the
/// fast path takes it as it is ``presented``.
public final class FaultyStore: DirectoryStore {
    private struct Plan {
        /// How many changes were begun since it was set.
        var begun = 0
        /// Before which change, counted from 0, the action happens.
        var number: Int?
        var action: (@Sendable () async -> Void)?
    }

    private struct Failures {
        var passes = 0
        var count = 0
    }

    private let inner: any DirectoryStore
    private let plan = Mutex(Plan())
    private let failures = Mutex(Failures())
    private let free: Mutex<Int64?>
    private let probed = Atomic(0)
    /// Whether there is room for no more batches of imports.
    private let isFull: Bool

    /// Puts itself around a store.
    ///
    /// - Parameters:
    ///   - inner: The store; nil for one of the test's kind.
    ///   - isFull: Whether there is room for no more batches of imports.
    ///   - freeBytes: The bytes that are said to be free; nil if that is not known.
    /// - Throws: ``MusterError`` with code `store.unavailable` where none can be made.
    public init(
        _ inner: (any DirectoryStore)? = nil,
        isFull: Bool = false,
        freeBytes: Int64? = nil
    ) throws(MusterError) {
        self.inner = if let inner { inner } else { try TestStores.make() }
        self.isFull = isFull
        free = Mutex(freeBytes)
    }

    /// The same, in this process where what is in it is.
    public var presented: any DirectoryStore {
        guard let near = inner as? any InProcessStore else { return self }
        return NearFaultyStore(faulty: self, near: near)
    }

    /// The bytes that are said to be free; nil unless a test says otherwise.
    public var freeBytes: Int64? { free.withLock { $0 } }

    /// As that around which it is.
    public var sharesReads: Bool { inner.sharesReads }

    /// Says how many bytes are free.
    public func setFreeBytes(_ bytes: Int64?) {
        free.withLock { $0 = bytes }
    }

    /// Lets the next `passes` changes succeed and makes the `count` after them fail, as a full disk would.
    public func failWrites(_ count: Int, after passes: Int = 0) {
        failures.withLock { $0 = Failures(passes: passes, count: count) }
    }

    /// Runs `action` once, before the change of this number begins; those that `action` makes itself are not counted.
    public func before(change number: Int, _ action: @escaping @Sendable () async -> Void) {
        plan.withLock { $0 = Plan(number: number, action: action) }
    }

    /// Runs `action` once, before the next change begins.
    public func beforeNextChange(_ action: @escaping @Sendable () async -> Void) {
        before(change: 0, action)
    }

    /// How many changes were begun since the last call of ``before(change:_:)``.
    public var changes: Int { plan.withLock { $0.begun } }

    /// How often it was written to see whether it can be.
    public var probes: Int { probed.load(ordering: .relaxed) }

    /// What the store holds, so that a test can show that nothing was changed.
    ///
    /// - Throws: What the store throws.
    public func contents() async throws(MusterError) -> StoreContents {
        if let memory = inner as? MemoryStore { return memory.contents() }
        if let distant = inner as? DistantStore { return distant.contents() }
        return try await inner.write { transaction throws(MusterError) in
            try StoreContents(transaction)
        }
    }

    /// Reads a snapshot.
    ///
    /// - Throws: What `body` throws.
    public func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await inner.read(extent, body)
    }

    /// Makes one change, after what was to happen before it.
    ///
    /// - Throws: What `body` throws, or ``MusterError`` with code `store.unavailable` where it was told to fail.
    public func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        await interrupt()
        try fail()
        return try await inner.write(body)
    }

    /// Makes one change of an import, after what was to happen before it.
    ///
    /// - Throws: As ``write(_:)``, and if there is no room for imports.
    public func writeBatch<Result: Sendable>(
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
        try fail()
        return try await inner.writeBatch(of: caller, body)
    }

    /// Counts that it was asked whether it can be written to.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable` where it was told to fail.
    public func probe() async throws(MusterError) {
        probed.add(1, ordering: .relaxed)
        try fail()
    }

    /// Closes what is in it.
    ///
    /// - Throws: What that throws.
    public func close() async throws(MusterError) { try await inner.close() }

    private func fail() throws(MusterError) {
        let fails = failures.withLock { failures in
            if failures.passes > 0 {
                failures.passes -= 1
            } else if failures.count > 0 {
                failures.count -= 1
                return true
            }
            return false
        }
        guard !fails else { throw MusterError(.storeUnavailable, "The store was told to fail.") }
    }

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

/// A ``FaultyStore`` whose look-ups are made at once.
private final class NearFaultyStore: InProcessStore {
    let faulty: FaultyStore
    let near: any InProcessStore

    init(faulty: FaultyStore, near: any InProcessStore) {
        self.faulty = faulty
        self.near = near
    }

    var isWritable: Bool { faulty.isWritable }
    var freeBytes: Int64? { faulty.freeBytes }
    var sharesReads: Bool { near.sharesReads }

    func read<Result: Sendable>(
        _ extent: ReadExtent,
        _ body: @escaping @Sendable (any DirectoryReader) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await faulty.read(extent, body)
    }

    func readNow<Result>(
        _ body: (any DirectoryReader) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try near.readNow(body)
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await faulty.write(body)
    }

    func writeBatch<Result: Sendable>(
        of caller: UserID,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await faulty.writeBatch(of: caller, body)
    }

    func probe() async throws(MusterError) { try await faulty.probe() }

    func close() async throws(MusterError) { try await faulty.close() }
}
