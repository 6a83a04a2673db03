import Synchronization

/// The places of logins that wait because their account is tried from many networks (``LoginPace``), and of questions
/// of callers that have got many a no (``QuestionThrottle``).
///
/// Waiting costs a connection and little memory, so the places are bounded; and shared, so that nobody shuts others
/// out by taking all of them. A newcomer who finds them full gets the place of somebody in whose region, and within it
/// in whose neighbourhood, most wait; only whose own neighbourhood is among those gets none. The machine's login programs
/// have places of their own, and so has every caller.
final class WaitingLogins: Sendable {
    /// How many places there are.
    struct Limits: Sendable {
        /// For logins from the network.
        var together = 2048
        /// For the machine's login programs; sshd lets in some hundred at a time.
        var local = 512
        /// For one caller that asks for others: with 30 s for each, some four guesses a second.
        var ofOneAsker = 128
        /// For one source.
        var ofOneSource = 16
    }

    /// A login that waits.
    struct Waiter: Sendable {
        let source: LoginSource
        /// What is given to one customer or site.
        let neighbourhood: SourceNetwork
        /// What is given to one provider.
        let region: SourceNetwork
        let isLocal: Bool
        /// Who asks for somebody at the address; nil for logins.
        let asker: UserID?

        init(
            source: LoginSource,
            address: IPAddress?,
            isLocal: Bool = false,
            askedBy asker: UserID? = nil
        ) {
            self.source = source
            self.asker = asker
            neighbourhood = SourceNetwork(of: address).neighbourhood
            region = neighbourhood.region
            self.isLocal = isLocal
        }
    }

    private struct Pool {
        var waiters: [UInt64: (waiter: Waiter, end: (@Sendable () -> Void)?)] = [:]
        var ofSource: [LoginSource: Int] = [:]
        /// Who waits of a region's neighbourhoods, those who came last at the end.
        var ofRegion: [SourceNetwork: [SourceNetwork: [UInt64]]] = [:]
        var counts: [SourceNetwork: Int] = [:]
        var lastID: UInt64 = 0

        mutating func add(_ waiter: Waiter) -> UInt64 {
            lastID += 1
            waiters[lastID] = (waiter, nil)
            ofSource[waiter.source, default: 0] += 1
            counts[waiter.region, default: 0] += 1
            ofRegion[waiter.region, default: [:]][waiter.neighbourhood, default: []].append(lastID)
            return lastID
        }

        mutating func remove(_ id: UInt64) -> (waiter: Waiter, end: (@Sendable () -> Void)?)? {
            guard let removed = waiters.removeValue(forKey: id) else { return nil }
            let waiter = removed.waiter
            let left = ofSource[waiter.source, default: 1] - 1
            ofSource[waiter.source] = left > 0 ? left : nil
            let rest = counts[waiter.region, default: 1] - 1
            counts[waiter.region] = rest > 0 ? rest : nil
            guard rest > 0 else {
                ofRegion[waiter.region] = nil
                return removed
            }
            let others = lane(of: waiter).filter { $0 != id }
            ofRegion[waiter.region]?[waiter.neighbourhood] = others.isEmpty ? nil : others
            return removed
        }

        private func lane(of waiter: Waiter) -> [UInt64] {
            ofRegion[waiter.region]?[waiter.neighbourhood] ?? []
        }

        /// Who gives its place to a newcomer; nil if it would be its own neighbourhood.
        ///
        /// Of a region that holds the most a neighbourhood that holds the most, and of that the one that came last; any of
        /// those that hold as much. So a crowd from everywhere slows newcomers, and never shuts them out.
        func loser(to waiter: Waiter) -> UInt64? {
            let most = counts.values.max() ?? 0
            let (own, ownOfRegion) = (lane(of: waiter).count, counts[waiter.region] ?? 0)
            let isElsewhere = most > ownOfRegion + 1 || ownOfRegion == 0
            // Where its own region holds as much as any, the newcomer stays at home.
            let region =
                isElsewhere
                ? counts.filter { $0.value == most }.keys.randomElement() : waiter.region
            let lanes = region.flatMap { ofRegion[$0] }?.values
            guard let lanes, let longest = lanes.map(\.count).max(),
                isElsewhere || own == 0 || longest > own + 1
            else { return nil }
            return lanes.filter { $0.count == longest }.randomElement()?.last
        }
    }

    private let limits: Limits
    private let network = Mutex(Pool())
    private let local = Mutex(Pool())
    /// Of callers of whom somebody waits.
    private let askers = Mutex<[UserID: Pool]>([:])

    init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Waits in one of the places.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` if there is no place, or it went to somebody else.
    func wait(
        _ waiter: Waiter,
        for delay: Duration,
        _ clock: any DirectoryClock
    ) async throws(MusterError) {
        guard let id = enter(waiter) else { throw WaitingLogins.refusal(delay) }
        let waiting = Task { await clock.wait(for: delay) }
        if !attach(waiter, id, { waiting.cancel() }) { waiting.cancel() }
        await withTaskCancellationHandler {
            await waiting.value
        } onCancel: {
            waiting.cancel()
        }
        guard leave(waiter, id) else { throw WaitingLogins.refusal(delay) }
    }

    /// How many wait.
    var count: Int {
        network.withLock { $0.waiters.count } + local.withLock { $0.waiters.count }
            + askers.withLock { $0.values.reduce(0) { $0 + $1.waiters.count } }
    }

    /// Of how many callers somebody waits.
    var askerCount: Int { askers.withLock { $0.count } }

    private static func refusal(_ delay: Duration) -> MusterError {
        .overloaded(
            "Too many logins wait. Try again later.",
            retryAfter: max(1, Int(delay.components.seconds)),
            for: .logins
        )
    }

    /// Takes a place; nil if there is none.
    func enter(_ waiter: Waiter) -> UInt64? {
        let most =
            waiter.asker != nil
            ? limits.ofOneAsker : waiter.isLocal ? limits.local : limits.together
        let (id, end) = pool(waiter) { pool -> (UInt64?, (@Sendable () -> Void)?) in
            guard pool.ofSource[waiter.source, default: 0] < limits.ofOneSource else {
                return (nil, nil)
            }
            guard pool.waiters.count >= most else { return (pool.add(waiter), nil) }
            guard let loser = pool.loser(to: waiter) else { return (nil, nil) }
            let end = pool.remove(loser)?.end
            return (pool.add(waiter), end)
        }
        end?()
        return id
    }

    /// Says how a waiter is ended; whether it still has its place.
    private func attach(
        _ waiter: Waiter,
        _ id: UInt64,
        _ end: @escaping @Sendable () -> Void
    ) -> Bool {
        pool(waiter) { pool in
            guard pool.waiters[id] != nil else { return false }
            pool.waiters[id]?.end = end
            return true
        }
    }

    /// Gives a place back; whether it was still there.
    func leave(_ waiter: Waiter, _ id: UInt64) -> Bool {
        pool(waiter) { $0.remove(id) != nil }
    }

    private func pool<Result: Sendable>(
        _ waiter: Waiter,
        _ body: (inout Pool) -> Result
    ) -> Result {
        guard let asker = waiter.asker else {
            return waiter.isLocal ? local.withLock { body(&$0) } : network.withLock { body(&$0) }
        }
        return askers.withLock { pools in
            defer { if pools[asker]?.waiters.isEmpty == true { pools[asker] = nil } }
            return body(&pools[asker, default: Pool()])
        }
    }
}
