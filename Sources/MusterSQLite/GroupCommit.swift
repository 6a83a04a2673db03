import CSQLiteSetup
import Dispatch
import MusterCore
import Synchronization

/// Makes changes one after the other and commits those that wait together, with one fsync for all; batches of imports
/// alone (``WriterTurns``).
///
/// A change that fails leaves nothing behind and does not touch the others. Nearly all that fail do so before
/// they have written anything. Where one has, the whole group is taken back and made again, this time with a
/// savepoint for each change: a savepoint costs a copy of every page that is touched in it.
/// Nobody is answered before the commit that carries its change is on disk.
final class GroupCommit: Sendable {
    private struct Change: Sendable {
        /// Makes the change, in a savepoint or without, and returns what answers its caller after the commit.
        let attempt: @Sendable (SQLiteHandle, GroupTally, _ isIsolated: Bool) -> Attempt
        /// Answers its caller where nothing was committed.
        let refuse: @Sendable (MusterError) -> Void
    }

    /// How a change ended.
    private struct Attempt {
        let answer: Answer
        /// Whether it failed and something of it may be left.
        let isHalfMade: Bool
    }

    /// Tells the caller how it ended.
    private typealias Answer = @Sendable () -> Void

    /// The most changes in one commit, so that nobody waits for a crowd.
    private static let groupLimit = 512

    /// How long nothing is committed before the room of an import is given back: longer than its parts take.
    static let usualQuiet = DispatchTimeInterval.seconds(10)

    private struct Waiting {
        var turns = WriterTurns<Change>(groupLimit: GroupCommit.groupLimit)
        var isDraining = false
    }

    /// Runs everything that uses the connection, one after the other.
    let queue = DispatchQueue(label: "muster.writer", qos: .userInitiated)
    let handle: SQLiteHandle
    private let sealer: any Sealer
    private let logLimit: Int
    private let quiet: DispatchTimeInterval
    let watch: FileWatch
    let onLoss: @Sendable (String) -> Void
    let onCommit: @Sendable () -> Void
    let lost = Atomic(false)
    private let unmerged = Atomic<Int64>(0)
    private let waiting = Mutex(Waiting())
    let figures = CommitFigures()

    /// Works on a connection, which is used by nobody else from here on.
    ///
    /// - Parameters:
    ///   - handle: The connection.
    ///   - sealer: Seals what is not kept in the clear.
    ///   - logLimit: From how many pages on the write-ahead log is merged into the file.
    ///   - quiet: How long nothing is committed before the room of an import is given back.
    ///   - watch: Looks whether the files are in their place.
    ///   - onLoss: Told, once, when they are not.
    ///   - onCommit: Called after every commit, before anybody is told of it.
    init(
        _ handle: SQLiteHandle,
        sealer: any Sealer,
        logLimit: Int,
        quiet: DispatchTimeInterval,
        watch: FileWatch,
        onLoss: @escaping @Sendable (String) -> Void,
        onCommit: @escaping @Sendable () -> Void
    ) {
        self.handle = handle
        self.logLimit = logLimit
        self.quiet = quiet
        self.watch = watch
        self.onLoss = onLoss
        self.onCommit = onCommit
        self.sealer = sealer
        handle.measureLog()
        watchOn()
    }

    /// Whether the database's files are no longer in their place, so that nothing is changed any more.
    var isLost: Bool { lost.load(ordering: .acquiring) }

    /// The bytes of the write-ahead log that are not in the file yet, which may grow by as many.
    var unmergedBytes: Int64 { unmerged.load(ordering: .relaxed) }

    /// Makes a change; as a batch of an import where its caller is named.
    func write<Result: Sendable>(
        asBatchOf caller: UserID? = nil,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let result: Swift.Result<Result, MusterError> = await withCheckedContinuation {
            continuation in
            let attempt: @Sendable (SQLiteHandle, GroupTally, Bool) -> Attempt = {
                [sealer] handle, tally, isIsolated in
                let before = handle.totalChanges
                let transaction = SQLiteTransaction(handle, sealer: sealer, tally: tally)
                let outcome = GroupCommit.attempt(body, transaction, isIsolated: isIsolated)
                let hasFailed = (try? outcome.get()) == nil
                let hasWritten =
                    handle.totalChanges != before || transaction.hasUncountedChanges
                return Attempt(
                    answer: { continuation.resume(returning: outcome) },
                    isHalfMade: hasFailed && hasWritten && !isIsolated
                )
            }
            let change = Change(attempt: attempt) { continuation.resume(returning: .failure($0)) }
            submit(change, asBatchOf: caller)
        }
        return try result.get()
    }

    /// Makes one change by itself, on the calling thread, which waits for it.
    func writeAlone<Result>(
        _ body: (SQLiteTransaction) throws(MusterError) -> Result
    ) throws(MusterError) -> Result {
        try translating {
            defer { onCommit() }
            return try queue.sync {
                try handle.inTransaction { try body(SQLiteTransaction(handle, sealer: sealer)) }
            }
        }
    }

    func close() throws(MusterError) {
        try translating { try queue.sync { try handle.close() } }
    }

    private static func attempt<Result>(
        _ body: (any DirectoryTransaction) throws(MusterError) -> Result,
        _ transaction: SQLiteTransaction,
        isIsolated: Bool
    ) -> Swift.Result<Result, MusterError> {
        let handle = transaction.handle
        do {
            let result = try translating {
                // After some errors SQLite has ended the transaction, and a change would be its own.
                guard handle.isInTransaction else {
                    throw SQLiteError(SQLITE_ABORT)
                }
                return isIsolated
                    ? try handle.inSavepoint { try body(transaction) } : try body(transaction)
            }
            if transaction.changesUsers {
                transaction.tally?.count(users: transaction.userDifference)
            }
            return .success(result)
        } catch {
            return .failure(error)
        }
    }

    private func submit(_ change: Change, asBatchOf caller: UserID?) {
        let mustStart = waiting.withLock { waiting in
            waiting.turns.add(change, asBatchOf: caller)
            defer { waiting.isDraining = true }
            return !waiting.isDraining
        }
        if mustStart {
            drain()
        }
    }

    private func drain() {
        queue.async { [self] in
            while let changes = nextGroup() {
                commit(changes)
            }
            if handle.cache.isLarge { shrinkCacheWhenQuiet(since: handle.cache.commits) }
        }
    }

    /// Gives the room of an import back later, where nothing is committed any more once there were so many commits.
    private func shrinkCacheWhenQuiet(since commits: Int) {
        queue.asyncAfter(deadline: .now() + quiet) { [weak self] in
            // The connection may have been closed meanwhile, and with it all that it held.
            guard let self, handle.isOpen else { return }
            handle.cache.noteQuiet(since: commits, on: handle)
        }
    }

    /// The changes to commit next; nil when none wait, and the next one has to start draining again.
    private func nextGroup() -> [Change]? {
        waiting.withLock { waiting in
            let group = waiting.turns.next()
            guard !group.isEmpty else {
                waiting.isDraining = false
                return nil
            }
            return group
        }
    }

    private func commit(_ changes: [Change]) {
        guard handle.isOpen, isInPlace() else {
            let refusal = handle.isOpen ? GroupCommit.loss : GroupCommit.closed
            for change in changes { change.refuse(refusal) }
            return
        }
        var answers: [Answer]?
        var failure: MusterError?
        let begun = DispatchTime.now().uptimeNanoseconds
        do {
            answers = try translating {
                try make(changes, isolating: false) ?? make(changes, isolating: true)
            }
        } catch {
            failure = error
        }
        handle.cache.noteCommit(on: handle)
        unmerged.store(handle.unmergedLogBytes, ordering: .relaxed)
        onCommit()
        // Committed to a file that nobody will find again is not committed, unless it can be saved.
        if answers != nil, !isInPlace(saving: true) { (answers, failure) = (nil, GroupCommit.loss) }
        if let answers {
            figures.note(answers.count, DispatchTime.now().uptimeNanoseconds - begun)
            for answer in answers {
                answer()
            }
        } else if let failure {
            for change in changes {
                change.refuse(failure)
            }
        }
        mergeLog()
    }

    /// Copies the write-ahead log into the file when it is long enough, so that it is begun again.
    ///
    /// Nobody waits for it but the next change. It is done here, and not by SQLite in the commit, because a read
    /// transaction that is open at an earlier commit stops the copying there, and one that was begun before the
    /// copying keeps the log from being begun again; `onCommit` ends both.
    private func mergeLog() {
        guard handle.logPages >= logLimit, !isLost else { return }
        // Where this fails the log grows on, and the next commit tries again.
        try? handle.mergeLog()
        unmerged.store(handle.unmergedLogBytes, ordering: .relaxed)
        onCommit()
    }

    /// Makes changes in one transaction and commits it.
    ///
    /// - Returns: What answers the callers; nil if one change failed halfway, and nothing was committed.
    private func make(_ changes: [Change], isolating: Bool) throws -> [Answer]? {
        func isWhole(_ attempts: [Attempt]) -> Bool { attempts.last?.isHalfMade != true }
        let attempts: [Attempt] = try handle.inTransaction(keeping: isWhole) {
            var attempts: [Attempt] = []
            let tally = GroupTally(isTogether: !isolating)
            for change in changes where isWhole(attempts) {
                attempts.append(change.attempt(handle, tally, isolating))
            }
            guard isWhole(attempts) else { return attempts }
            // After some errors SQLite has ended the transaction: what is written now would be by itself.
            guard handle.isInTransaction else { throw SQLiteError(SQLITE_ABORT) }
            let transaction = SQLiteTransaction(handle, sealer: sealer, tally: tally)
            do throws(MusterError) {
                try transaction.writeEvents()
            } catch {
                guard !isolating, changes.count > 1 else { throw error }
                // Whose record it was is found out where each is made by itself.
                return attempts + [Attempt(answer: {}, isHalfMade: true)]
            }
            if tally.growth > 0 {
                try transaction.growRevision(by: tally.growth)
                try transaction.noteUsers(tally)
            }
            return attempts
        }
        // One that was alone is taken back, and that is all there is to do.
        return isWhole(attempts) || changes.count == 1 ? attempts.map(\.answer) : nil
    }
}
