import FoundationEssentials
import MusterCore
import Synchronization

/// Makes changes one after the other, on one connection, and commits those that wait together.
///
/// Each group is one transaction of the engine, at its usual level READ COMMITTED, whose first statement takes a lock that
/// all nodes share: so what a change reads is what it is decided on, and no other node changes it before the commit.
final class PostgresWriter: Sendable {
    /// The most changes in one commit: the lock is everybody's.
    private static let groupLimit = 32
    /// How many groups are made before old outcomes are forgotten again.
    private static let trimming = 256

    private struct Waiting {
        var turns = WriterTurns<PostgresChange>(groupLimit: PostgresWriter.groupLimit)
        var isDraining = false
        var groups: Int64 = 0
    }

    private let workers: PostgresWorkers
    private let sealer: any Sealer
    private let place: PostgresPlace
    /// Names this writer in the outcomes of its groups.
    let node = UUID()
    private let waiting = Mutex(Waiting())
    private let made = Mutex(StoreFigures())
    private let last = Atomic<Int64>(0)

    /// What was committed since the store was opened.
    var figures: StoreFigures { made.withLock { $0 } }

    /// Which group of the directory's the writer has committed last: whoever was answered finds its change there, or before.
    var position: Int64 { last.load(ordering: .acquiring) }

    init(_ place: PostgresPlace, sealer: any Sealer) {
        workers = PostgresWorkers("pg writer", place, threads: 1)
        self.sealer = sealer
        self.place = place
    }

    /// Makes a change; as a batch of an import where its caller is named.
    func write<Result: Sendable>(
        asBatchOf caller: UserID? = nil,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let outcome: Swift.Result<Result, MusterError> = await withCheckedContinuation { done in
            let change = PostgresChange(sealer: sealer, done: done, body)
            let mustStart = waiting.withLock { waiting in
                waiting.turns.add(change, asBatchOf: caller)
                defer { waiting.isDraining = true }
                return !waiting.isDraining
            }
            if mustStart { drain() }
        }
        return try outcome.get()
    }

    /// Does something on the writer's thread that is no change of the directory.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (PostgresLink) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await workers.run(work)
    }

    func close() { workers.close() }

    private func drain() {
        do {
            try workers.submit { [self] link in
                while let group = nextGroup() { make(group, on: link) }
            }
        } catch {
            while let group = nextGroup() { for change in group { change.refuse(error) } }
        }
    }

    private func nextGroup() -> [PostgresChange]? {
        waiting.withLock { waiting in
            let group = waiting.turns.next()
            if group.isEmpty { waiting.isDraining = false }
            return group.isEmpty ? nil : group
        }
    }

    private func nextNumber() -> Int64 {
        waiting.withLock { waiting in
            waiting.groups += 1
            return waiting.groups
        }
    }

    /// Makes a group and answers its callers.
    private func make(_ changes: [PostgresChange], on link: PostgresLink) {
        let group = PostgresGroup(place: place, node: node, number: nextNumber())
        let begun = ContinuousClock.now
        do {
            let outcome = try translating { try commit(changes, as: group, on: link) }
            note(outcome.answers.count, begun.duration(to: .now))
            if let position = outcome.position { last.store(position, ordering: .releasing) }
            for answer in outcome.answers { answer() }
        } catch {
            for change in changes { change.refuse(error) }
        }
    }

    private func note(_ changes: Int, _ taken: Duration) {
        made.withLock { made in
            made.changes += UInt64(changes)
            made.commits.add(UInt64(taken.wholeNanoseconds))
        }
    }

    /// Commits a group; again on another connection if the first broke before anything could have been committed.
    private func commit(
        _ changes: [PostgresChange],
        as group: PostgresGroup,
        on link: PostgresLink
    ) throws -> GroupOutcome {
        for isLast in [false, true] {
            let connection = try link.connection()
            do {
                for isolating in [false, true] {
                    let outcome = try attempt(
                        changes,
                        as: group,
                        on: connection,
                        isolating: isolating
                    )
                    if let outcome { return outcome }
                }
                throw PostgresError(.statement, "no change of the group could be made")
            } catch let error as PostgresError {
                if connection.isOpen { connection.rollBack() }
                guard !connection.isOpen else { throw error }
                link.drop()
                guard error.kind == .connection, !isLast else { throw error }
            } catch let doubt as CommitDoubt {
                connection.close()
                link.drop()
                if try group.isCommitted(by: doubt, on: link) { return doubt.outcome }
                // It was not, and never will be: it is made again under the same number.
                guard !isLast else {
                    throw PostgresError(.connection, "the connection broke twice in a commit")
                }
            }
        }
        throw PostgresError(.connection, "the connection broke twice")
    }

    /// Makes changes in one transaction and commits it.
    ///
    /// - Returns: What comes of it; nil if one change failed halfway, and nothing was committed.
    private func attempt(
        _ changes: [PostgresChange],
        as group: PostgresGroup,
        on connection: PostgresConnection,
        isolating: Bool
    ) throws -> GroupOutcome? {
        try group.begin(on: connection)
        // One that is alone waits for its number no longer than for one that is taken ahead.
        let isTogether = !isolating && changes.count > 1
        connection.memory = GroupMemory(taking: isTogether ? changes.count : 0)
        defer { connection.memory = nil }
        var answers: [@Sendable () -> Void] = []
        var hasWritten = false
        for change in changes {
            let attempt = try change.attempt(connection, isolating)
            guard connection.isOpen else {
                throw connection.failure ?? PostgresError(.connection, "the connection broke")
            }
            answers.append(attempt.answer)
            hasWritten = hasWritten || connection.hasWritten
            if attempt.isHalfMade {
                connection.rollBack()
                // One that was alone is taken back, and that is all there is to do.
                return changes.count == 1 ? GroupOutcome(answers: answers, position: nil) : nil
            }
        }
        guard hasWritten else {
            connection.rollBack()
            return GroupOutcome(answers: answers, position: nil)
        }
        if group.number % Int64(PostgresWriter.trimming) == 0 {
            try PostgresGroup.forgetOld(on: connection)
        }
        let position: Int64
        do {
            position = try group.note(on: connection)
        } catch {
            guard connection.isOpen else { throw error }
            connection.rollBack()
            guard !isolating, changes.count > 1 else { throw error }
            return nil
        }
        let outcome = GroupOutcome(answers: answers, position: position)
        try group.commit(on: connection, outcome)
        return outcome
    }
}
