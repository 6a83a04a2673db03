import MusterCore
import Synchronization

/// Lets only so many look through much of the directory at a time.
///
/// A search with filters that few of a million users pass takes some tenths of a second. It is made on the store's threads
/// for reads (``ReadExtent/unbounded``), and nobody is to fill the queue before those. So callers take turns here, a bounded
/// number of searches waits, and whoever goes away gives up its place.
final class SearchTurns: Sendable {
    /// Those of searches and counts of users.
    static let users = SearchTurns(together: 3, places: 256)
    /// That of the audit log, which only administrators read: no search of others holds them up.
    static let audit = SearchTurns(together: 1, places: 64)
    /// That of everybody's looks at its own sign-ins, which are in the audit log, too.
    static let signIns = SearchTurns(together: 1, places: 64)

    fileprivate struct Waiter: Sendable {
        let caller: UserID
        /// Tells whoever waits whether its turn has come, or that it waited in vain.
        let done: CheckedContinuation<Bool, Never>
    }

    fileprivate struct State: Sendable {
        let together: Int
        var queue: CallerQueue<Waiter>
        /// How many searches are made for each caller.
        var running: [UserID: Int] = [:]
    }

    private let state: Mutex<State>
    private let tickets = Atomic<UInt64>(0)

    /// Turns with a queue of their own.
    ///
    /// One caller never has all of them, where there are several.
    ///
    /// - Parameters:
    ///   - together: How many searches are made at a time, from 1.
    ///   - places: How many more may wait, from 1.
    init(together: Int, places: Int) {
        state = Mutex(State(together: max(together, 1), queue: CallerQueue(limit: places)))
    }

    /// How many searches of a caller wait for their turn.
    func waiting(of caller: UserID) -> Int {
        state.withLock { $0.queue.count(of: caller) }
    }

    /// Makes a search when the caller's turn has come.
    ///
    /// A caller whose task is cancelled before that gives its place free at once; what has begun is told by the same task.
    ///
    /// - Throws: what `work` throws, and ``MusterError`` with code `server.overloaded` where the queue had no place
    ///   for it or the task was cancelled.
    func run<Result: Sendable>(
        for principal: Principal,
        _ work: () async throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        // In somebody else's name it is still the administrator who asks.
        try await run(for: principal.payer, work)
    }

    /// As ``run(for:_:)`` for a principal.
    func run<Result: Sendable>(
        for caller: UserID,
        _ work: () async throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        guard await begin(caller) else {
            throw .overloaded(
                "Too many searches wait. Try again in a second.",
                because: Task.isCancelled ? CancellationError() : Trouble.searches
            )
        }
        defer { end(caller) }
        return try await work()
    }

    /// Waits for the caller's turn, and says whether it has come.
    private func begin(_ caller: UserID) async -> Bool {
        let ticket = tickets.wrappingAdd(1, ordering: .relaxed).newValue
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (done: CheckedContinuation<Bool, Never>) in
                let answers = state.withLock {
                    $0.add(Waiter(caller: caller, done: done), ticket)
                }
                for (waiter, mayGo) in answers { waiter.done.resume(returning: mayGo) }
                // Where the task was cancelled before it waited, the handler has found nobody.
                if Task.isCancelled { abandon(ticket, of: caller) }
            }
        } onCancel: {
            abandon(ticket, of: caller)
        }
    }

    /// Hands the turn of a search that is done to the next.
    private func end(_ caller: UserID) {
        let next = state.withLock { $0.end(caller) }
        next?.done.resume(returning: true)
    }

    /// Takes a search out of the queue, if it still waits.
    private func abandon(_ ticket: UInt64, of caller: UserID) {
        let waiter = state.withLock { $0.queue.remove(ticket, of: caller) }
        waiter?.done.resume(returning: false)
    }
}

extension SearchTurns.State {
    /// Adds a search, and returns who is to be told what.
    fileprivate mutating func add(
        _ waiter: SearchTurns.Waiter,
        _ ticket: UInt64
    ) -> [(SearchTurns.Waiter, mayGo: Bool)] {
        if mayBegin(waiter.caller) {
            running[waiter.caller, default: 0] += 1
            return [(waiter, true)]
        }
        switch queue.add(waiter, as: ticket, of: waiter.caller) {
        case .waits: return []
        case .displaced(let other): return [(other, false)]
        case .refused: return [(waiter, false)]
        }
    }

    /// Ends a search, and returns whose turn it is; nil if nobody's.
    fileprivate mutating func end(_ caller: UserID) -> SearchTurns.Waiter? {
        let rest = running[caller, default: 1] - 1
        running[caller] = rest > 0 ? rest : nil
        guard let next = queue.next(among: mayBegin) else { return nil }
        running[next.caller, default: 0] += 1
        return next
    }

    /// Whether there is a turn, and the caller does not have all others.
    private func mayBegin(_ caller: UserID) -> Bool {
        running.values.reduce(0, +) < together
            && running[caller, default: 0] < max(together - 1, 1)
    }
}
