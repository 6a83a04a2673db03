import Synchronization

/// How often users are told of changes one by one, so that nobody fills a mailbox, or the messages that wait, with notices.
///
/// Each kind is counted by itself: whoever has new keys made again and again is not to hide behind them that it changes
/// the password, too. And each doer: what one administrator or import does silences nothing of what another one does, and
/// nothing that is done to whoever administers users. What finds no place is told together, later (``HeldNotices``).
final class NoticeBudget: Sendable {
    /// The most notices of one kind to one user in an hour.
    static let hourly = 3
    /// The most in a day.
    static let daily = 10
    /// The most notices in an hour of what one doer does to others: an import may change everybody.
    static let othersHourly = 200
    /// The most users and kinds that are remembered.
    static let limit = 65_536
    /// The most doers that are remembered.
    static let doerLimit = 1_024

    private struct Key: Hashable {
        let user: UserID
        let purpose: Notice.Purpose
    }

    private struct State {
        /// When which were sent in the last day, oldest first.
        var sent = RecentTable<Key, [Timestamp]>(limit: NoticeBudget.limit)
        /// When notices of what was done to others were sent in the last hour, oldest first, by who did it.
        var others = RecentTable<AccountChange.Doer, [Timestamp]>(limit: NoticeBudget.doerLimit)
    }

    private let state = Mutex(State())

    /// Takes a place for a notice.
    ///
    /// - Parameters:
    ///   - user: Who is told.
    ///   - purpose: Of what.
    ///   - doer: Who did it.
    ///   - isStrong: Whether who is told administers users: whoever takes that over is not to hide it behind much else.
    ///   - now: The present moment.
    /// - Returns: Whether there is one.
    func take(
        _ user: UserID,
        _ purpose: Notice.Purpose,
        by doer: AccountChange.Doer,
        isStrong: Bool = false,
        at now: Timestamp
    ) -> Bool {
        let key = Key(user: user, purpose: purpose)
        return state.withLock { state in
            let sent = NoticeBudget.within(.seconds(86_400), state.sent[key] ?? [], now)
            let lately = NoticeBudget.within(.seconds(3600), sent, now)
            guard sent.count < NoticeBudget.daily, lately.count < NoticeBudget.hourly else {
                return false
            }
            if doer != .owner, !isStrong {
                let others = NoticeBudget.within(.seconds(3600), state.others[doer] ?? [], now)
                guard others.count < NoticeBudget.othersHourly else { return false }
                state.others[doer] = others + [now]
            }
            state.sent[key] = sent + [now]
            return true
        }
    }

    /// Those of the last while; what was noted while the clock was ahead holds up nobody.
    private static func within(
        _ window: Duration,
        _ times: [Timestamp],
        _ now: Timestamp
    ) -> [Timestamp] {
        let start = now.advanced(by: .zero - window)
        return times.filter { $0 > start && !$0.isFuture(at: now) }
    }
}
