import Synchronization

/// How often users are told of changes, so that nobody fills a mailbox, or the messages that wait, with notices.
///
/// Each kind is counted by itself: whoever has new keys made again and again is not to hide behind them that it changes
/// the password, too.
final class NoticeBudget: Sendable {
    /// The most notices of one kind to one user in an hour.
    static let hourly = 3
    /// The most in a day.
    static let daily = 10
    /// The most notices in an hour of what is done to others, for all of them together: an import may change everybody.
    static let othersHourly = 200
    /// The most users and kinds that are remembered.
    static let limit = 65_536

    private struct Key: Hashable {
        let user: UserID
        let purpose: Notice.Purpose
    }

    private struct State {
        /// When which were sent in the last day, oldest first.
        var sent: [Key: [Timestamp]] = [:]
        /// When notices of what was done to others were sent in the last hour, oldest first.
        var others: [Timestamp] = []
    }

    private let state = Mutex(State())

    /// Takes a place for a notice; answers whether there is one.
    func take(
        _ user: UserID,
        _ purpose: Notice.Purpose,
        isOwn: Bool,
        at now: Timestamp
    ) -> Bool {
        let key = Key(user: user, purpose: purpose)
        return state.withLock { state in
            let sent = NoticeBudget.within(.seconds(86_400), state.sent[key] ?? [], now)
            let lately = NoticeBudget.within(.seconds(3600), sent, now)
            let others = NoticeBudget.within(.seconds(3600), state.others, now)
            guard sent.count < NoticeBudget.daily, lately.count < NoticeBudget.hourly,
                isOwn || others.count < NoticeBudget.othersHourly
            else { return false }
            if state.sent[key] == nil { NoticeBudget.makeRoom(&state.sent, now) }
            state.sent[key] = sent + [now]
            if !isOwn { state.others = others + [now] }
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

    private static func makeRoom(_ sent: inout [Key: [Timestamp]], _ now: Timestamp) {
        guard sent.count >= limit else { return }
        sent = sent.filter { !within(.seconds(86_400), $0.value, now).isEmpty }
        while sent.count >= limit, let key = sent.keys.first { sent[key] = nil }
    }
}
