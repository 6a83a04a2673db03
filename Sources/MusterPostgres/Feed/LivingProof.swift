import MusterCore
import Synchronization

/// What a node knows of whether the server that it asks is the living one, and no old primary in whose place another serves.
///
/// Commits show it: a server that was cut off from the standbys for which it waits answers every question, and none of these. The
/// node's follower makes one five times a second. Where it cannot, as while it fills a copy, somebody who asks the database has
/// one made, for all who ask at the time, on a thread and a connection of its own.
final class LivingProof: Sendable {
    /// How old a commit may be that speaks for an answer: whoever was shut out a second before the question is refused then.
    private static let bound = ReplicaFollower.bound
    /// For how long nobody has a commit made after one that was not answered: callers are told to ask again after that.
    private static let rest = Duration.seconds(1)

    private struct State: Sendable {
        /// Which server has committed something last, and when that was asked of it.
        var last: (server: ServerIdentity?, moment: ContinuousClock.Instant)?
        /// Those who wait for a commit.
        var callers: [CheckedContinuation<Void, Never>] = []
        var isMaking = false
        /// Until when there is no hope.
        var restsUntil: ContinuousClock.Instant?
        /// The engine's process of the last connection.
        var backend: CInt?
    }

    private let place: PostgresPlace
    private let node: FeedNode
    private let worker: PostgresWorkers
    private let state = Mutex(State())

    /// Knows nothing yet.
    ///
    /// - Parameters:
    ///   - place: Where the tables are.
    ///   - node: As whom it commits.
    init(_ place: PostgresPlace, _ node: FeedNode) {
        self.place = place.forLooks
        self.node = node
        worker = PostgresWorkers("pg prover", place.forLooks, threads: 1)
    }

    /// Takes a commit for a proof.
    ///
    /// - Parameters:
    ///   - server: The server that has answered it without a warning.
    ///   - moment: A moment before it was sent.
    func note(_ server: ServerIdentity?, _ moment: ContinuousClock.Instant) {
        state.withLock { state in
            state.restsUntil = nil
            if let last = state.last, last.moment > moment { return }
            state.last = (server, moment)
        }
    }

    /// Whether nothing has been proven lately, and it would be in vain to try at this moment.
    var isHopeless: Bool {
        state.withLock { $0.restsUntil.map { .now < $0 } ?? false }
    }

    /// Whether a server is the living one, by a commit from shortly before it was asked something, or from after that.
    ///
    /// - Parameters:
    ///   - server: The server.
    ///   - moment: A moment before it was asked.
    /// - Returns: Whether that is known; where no commit says so yet one is made, and waited for.
    func isLiving(
        _ server: ServerIdentity?,
        at moment: ContinuousClock.Instant
    ) async -> Bool {
        // One that others wait for already may have been sent too long before, and the next one is not.
        for _ in 1...2 {
            if holds(server, moment) { return true }
            await makeCommit()
        }
        return holds(server, moment)
    }

    private func holds(_ server: ServerIdentity?, _ moment: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            guard let last = state.last else { return false }
            return last.server == server && last.moment >= moment - LivingProof.bound
        }
    }

    /// Has a commit made, or waits for the one that is being made.
    private func makeCommit() async {
        guard !isHopeless else { return }
        await withCheckedContinuation { caller in
            let isFirst = state.withLock { state in
                state.callers.append(caller)
                defer { state.isMaking = true }
                return !state.isMaking
            }
            guard isFirst else { return }
            do throws(MusterError) {
                try worker.submit { [self] link in commit(on: link) }
            } catch {
                finish(isProven: false)
            }
        }
    }

    private func commit(on link: PostgresLink) {
        do {
            finish(isProven: try isProven(on: link))
        } catch {
            link.drop()
            finish(isProven: false)
        }
    }

    private func isProven(on link: PostgresLink) throws -> Bool {
        do {
            return try makeProof(on: link)
        } catch let error as PostgresError where error.kind == .connection && !error.isLate {
            // It may have broken since it was used last: then another one is asked, once.
            link.drop()
            return try makeProof(on: link)
        }
    }

    private func makeProof(on link: PostgresLink) throws -> Bool {
        let connection = try link.connection()
        let feed = ChangeFeed(connection: connection, place: place)
        let former = state.withLock { state in
            defer { state.backend = connection.backend }
            return state.backend
        }
        if let former, former != connection.backend { try feed.endBeat(of: former) }
        let asked = ContinuousClock.now
        let isProven = try feed.beat(node)
        if isProven { note(connection.server, asked) }
        return isProven
    }

    private func finish(isProven: Bool) {
        let callers = state.withLock { state in
            defer {
                state.callers = []
                state.isMaking = false
                if !isProven { state.restsUntil = .now + LivingProof.rest }
            }
            return state.callers
        }
        for caller in callers { caller.resume() }
    }

    /// Ends the thread.
    func close() { worker.close() }
}
