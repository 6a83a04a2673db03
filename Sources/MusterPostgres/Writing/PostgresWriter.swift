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
    /// How many changes wait before one more is refused: 128 commits, which take about a second.
    ///
    /// Batches of imports are not among them, of which a server has few under way.
    static let queueLimit = 4096

    private struct Waiting {
        var turns = WriterTurns<PostgresChange>(groupLimit: PostgresWriter.groupLimit)
        var isDraining = false
        var groups: Int64 = 0
    }

    private let workers: PostgresWorkers
    private let sealer: any Sealer
    private let place: PostgresPlace
    private let queueLimit: Int
    /// Names this writer in the outcomes of its groups.
    let node = UUID()
    private let waiting = Mutex(Waiting())
    private let made = Mutex(StoreFigures())
    private let follower = Mutex<ReplicaFollower?>(nil)
    private let last = Atomic<Int64>(0)

    /// What was committed since the store was opened.
    var figures: StoreFigures { made.withLock { $0 } }

    /// Which group of the directory's the writer has committed last: whoever was answered finds its change there, or before.
    var position: Int64 { last.load(ordering: .acquiring) }

    /// How many changes wait to be made, but for batches of imports.
    var waitingChanges: Int { waiting.withLock { $0.turns.changeCount } }

    /// Starts the writer's thread.
    ///
    /// - Parameters:
    ///   - place: Where the tables are.
    ///   - sealer: Seals what is not kept in the clear.
    ///   - queueLimit: How many changes wait at most.
    init(
        _ place: PostgresPlace,
        sealer: any Sealer,
        queueLimit: Int = PostgresWriter.queueLimit
    ) {
        self.queueLimit = queueLimit
        workers = PostgresWorkers("pg writer", place, threads: 1)
        self.sealer = sealer
        self.place = place
    }

    /// Makes a change; as a batch of an import where its caller is named.
    ///
    /// - Returns: What `body` returns, and which group of the directory's the change was in; nil if that has changed nothing.
    /// - Throws: what `body` throws; ``MusterError`` with code `server.overloaded` if too many changes wait, and
    ///   `store.unavailable`.
    func write<Result: Sendable>(
        asBatchOf caller: UserID? = nil,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> (result: Result, position: Int64?) {
        let (outcome, position) = await withCheckedContinuation {
            (done: CheckedContinuation<(Swift.Result<Result, MusterError>, Int64?), Never>) in
            let change = PostgresChange(
                sealer: sealer,
                done: { done.resume(returning: ($0, $1)) },
                body
            )
            let mustStart: Bool? = waiting.withLock { waiting in
                guard caller != nil || waiting.turns.changeCount < queueLimit else { return nil }
                waiting.turns.add(change, asBatchOf: caller)
                defer { waiting.isDraining = true }
                return !waiting.isDraining
            }
            switch mustStart {
            case true?: drain()
            case false?: break
            case nil: change.refuse(PostgresWorkers.refusal(cause: Trouble.databaseQueue))
            }
        }
        return (try outcome.get(), position)
    }

    /// Does something on the writer's thread that is no change of the directory.
    func run<Result: Sendable>(
        _ work: @escaping @Sendable (PostgresLink) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        try await workers.run(work)
    }

    /// Has the node's copy handed what it can go on by without looking for it.
    func handGroups(to follower: ReplicaFollower) {
        self.follower.withLock { $0 = follower }
    }

    func close() { workers.close() }

    private func drain() {
        do {
            try workers.submit { [self] link in
                // Who came before that has waited long enough.
                var late: ContinuousClock.Instant?
                while let group = nextGroup() {
                    let others = refuse(group, whoCameBefore: late)
                    guard !others.isEmpty else { continue }
                    let isInVain = make(others, on: link)
                    late = isInVain ? .now - PostgresWriter.queueing(place) : nil
                }
            }
        } catch {
            while let group = nextGroup() { for change in group { change.refuse(error) } }
        }
    }

    /// How long all answers to a group may be waited for in vain: with the time in the queue the 15 s after which everybody was
    /// told, of which an answer takes 6.
    private static func waiting(_ place: PostgresPlace) -> Duration { place.changePatience * 2 }

    /// How long a change may have waited for its turn when those before it have waited in vain; younger ones are tried.
    private static func queueing(_ place: PostgresPlace) -> Duration { place.changePatience / 2 }

    /// What they are told; nothing of theirs was begun.
    private static let refusal = told(
        PostgresError(.connection, "those before it have waited in vain", isLate: true)
    )

    /// Refuses those of a group who came before a moment, and returns the others.
    private func refuse(
        _ group: [PostgresChange],
        whoCameBefore moment: ContinuousClock.Instant?
    ) -> [PostgresChange] {
        guard let moment else { return group }
        return group.filter { change in
            guard change.since < moment else { return true }
            change.refuse(PostgresWriter.refusal)
            return false
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
    ///
    /// - Returns: Whether the engine was waited for in vain, and some of them were refused for it.
    private func make(_ changes: [PostgresChange], on link: PostgresLink) -> Bool {
        let follower = self.follower.withLock { $0 }
        let announce: (@Sendable (Int64) -> Void)? = follower.map { follower in
            { @Sendable in follower.expect($0) }
        }
        let group = PostgresGroup(
            place: place,
            node: node,
            number: nextNumber(),
            announce: announce
        )
        defer { follower?.expectNothing() }
        let budget = WaitBudget(PostgresWriter.waiting(place))
        let begun = ContinuousClock.now
        do {
            let outcome = try translating {
                try group.make(changes, on: link, within: budget)
            }
            note(outcome.answers.count, begun.duration(to: .now))
            if let position = outcome.position { last.store(position, ordering: .releasing) }
            if let own = outcome.own, let follower {
                follower.take(own, outcome.answers)
            } else {
                for answer in outcome.answers { answer(outcome.position) }
            }
            return budget.isWorn && outcome.hasFailures
        } catch {
            for change in changes { change.refuse(error) }
            return budget.isWorn
        }
    }

    private func note(_ changes: Int, _ taken: Duration) {
        made.withLock { made in
            made.changes += UInt64(changes)
            made.commits.add(UInt64(taken.wholeNanoseconds))
        }
    }
}
