import GRDB
import MusterCore
import Synchronization

/// Makes changes one after the other and commits those that wait together, with one fsync for all.
///
/// Each change has its own savepoint: one that fails leaves nothing behind and does not touch the others.
/// Nobody is answered before the commit that carries its change is on disk.
final class GroupCommit: Sendable {
    private struct Change: Sendable {
        /// Makes the change and returns what answers its caller after the commit.
        let attempt: @Sendable (SQLiteHandle) -> Answer
        /// Answers its caller where the change was not attempted.
        let refuse: @Sendable (MusterError) -> Void
    }

    /// Tells the caller how it ended; the error is the commit's own.
    private typealias Answer = @Sendable (MusterError?) -> Void

    /// The most changes in one commit, so that nobody waits for a crowd.
    private static let groupLimit = 512

    private struct Waiting {
        var changes: [Change] = []
        var isDraining = false
    }

    private let queue: DatabaseQueue
    private let handle: SQLiteHandle
    private let sealer: any Sealer
    private let onCommit: @Sendable () -> Void
    private let waiting = Mutex(Waiting())

    /// Works on a connection.
    ///
    /// - Parameters:
    ///   - queue: The connection.
    ///   - sealer: Seals what is not kept in the clear.
    ///   - onCommit: Called behind every commit, before anybody is told of it.
    /// - Throws: `DatabaseError` where the connection is closed.
    init(
        _ queue: DatabaseQueue,
        sealer: any Sealer,
        onCommit: @escaping @Sendable () -> Void
    ) throws {
        self.queue = queue
        self.onCommit = onCommit
        handle = try queue.writeWithoutTransaction { try SQLiteHandle(borrowing: $0) }
        self.sealer = sealer
    }

    func write<Result: Sendable>(
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let result: Swift.Result<Result, MusterError> = await withCheckedContinuation {
            continuation in
            let attempt: @Sendable (SQLiteHandle) -> Answer = { [sealer] handle in
                let outcome = GroupCommit.attempt(body, handle, sealer)
                return { failure in
                    continuation.resume(returning: failure.map { .failure($0) } ?? outcome)
                }
            }
            submit(Change(attempt: attempt) { continuation.resume(returning: .failure($0)) })
        }
        return try result.get()
    }

    func close() throws(MusterError) {
        try translating {
            // SQLite does not close a connection that has statements left.
            queue.writeWithoutTransaction { _ in handle.forgetStatements() }
            try queue.close()
        }
    }

    private static func attempt<Result>(
        _ body: (any DirectoryTransaction) throws(MusterError) -> Result,
        _ handle: SQLiteHandle,
        _ sealer: any Sealer
    ) -> Swift.Result<Result, MusterError> {
        do {
            return .success(
                try translating {
                    try handle.inSavepoint {
                        let transaction = SQLiteTransaction(handle, sealer: sealer)
                        let result = try body(transaction)
                        if transaction.changesUsers { try transaction.growRevision() }
                        return result
                    }
                }
            )
        } catch {
            return .failure(error)
        }
    }

    private func submit(_ change: Change) {
        let mustStart = waiting.withLock { waiting in
            waiting.changes.append(change)
            defer { waiting.isDraining = true }
            return !waiting.isDraining
        }
        if mustStart {
            drain()
        }
    }

    private func drain() {
        queue.asyncWriteWithoutTransaction { [self] database in
            while let changes = nextGroup() {
                commit(changes, database)
            }
        }
    }

    /// The changes to commit next; nil when none wait, and the next one has to start draining again.
    private func nextGroup() -> [Change]? {
        waiting.withLock { waiting in
            guard !waiting.changes.isEmpty else {
                waiting.isDraining = false
                return nil
            }
            let group = Array(waiting.changes.prefix(GroupCommit.groupLimit))
            waiting.changes.removeFirst(group.count)
            return group
        }
    }

    private func commit(_ changes: [Change], _ database: Database) {
        var answers: [Answer]?
        var failure: MusterError?
        do {
            try translating {
                try database.inTransaction(.immediate) {
                    answers = changes.map { $0.attempt(handle) }
                    return .commit
                }
            }
        } catch {
            failure = error
        }
        handle.cache.noteCommit(on: handle)
        onCommit()
        if let answers {
            for answer in answers {
                answer(failure)
            }
        } else if let failure {
            for change in changes {
                change.refuse(failure)
            }
        }
    }
}
