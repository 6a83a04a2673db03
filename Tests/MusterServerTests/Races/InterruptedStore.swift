import MusterCore
import Synchronization

/// A store in which something happens between what a change has looked at and the change itself.
final class InterruptedStore: InProcessStore {
    private struct Plan {
        /// How many changes were begun since it was set.
        var begun = 0
        /// Before which change, counted from 0, the action happens.
        var number: Int?
        var action: (@Sendable () async -> Void)?
    }

    private let inner: any InProcessStore
    private let plan = Mutex(Plan())

    init(_ inner: any InProcessStore) {
        self.inner = inner
    }

    /// Runs `action` once, before the change of this number begins; those that `action` makes itself are not counted.
    func before(change number: Int, _ action: @escaping @Sendable () async -> Void) {
        plan.withLock { $0 = Plan(number: number, action: action) }
    }

    /// How many changes were begun since the last call of ``before(change:_:)``.
    var changes: Int { plan.withLock { $0.begun } }

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
        await interrupt()
        return try await inner.writeBatch(of: caller, body)
    }

    func close() async throws(MusterError) { try await inner.close() }

    func makeImportSpool() throws(MusterError) -> any ImportSpool { try inner.makeImportSpool() }

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
