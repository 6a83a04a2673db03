import MusterCore
import Synchronization

/// How much of the event loops' time short lists may take, all together.
///
/// A page of twenty users costs some tens of look-ups, and of users with 128 hosts each some thousand. One caller with
/// many connections always has a next one to ask for, so only a part of the time goes to them where everybody is served;
/// beyond it they go where long lists do, and callers take turns (``ListThreads``).
final class ShortListPace: Sendable {
    /// What is counted together, and how much of it lists may take: of two loops a twentieth each.
    static let span = Duration.milliseconds(100)
    static let share = Duration.milliseconds(10)

    private struct State {
        var begin: ContinuousClock.Instant?
        var spent = Duration.zero
    }

    private let state = Mutex(State())

    /// Whether a list may be answered at once.
    func hasTime(at now: ContinuousClock.Instant) -> Bool {
        state.withLock { state in
            ShortListPace.begin(&state, at: now)
            return state.spent < ShortListPace.share
        }
    }

    /// Notes how long one has taken that was begun at a moment.
    ///
    /// What is more than a span's share is taken from the spans after it.
    func took(_ time: Duration, at now: ContinuousClock.Instant) {
        state.withLock { state in
            ShortListPace.begin(&state, at: now)
            state.spent += time
        }
    }

    /// What a page costs, as it was measured (one core of 2 GHz): a user some 10 microseconds, each of its hosts 4.
    ///
    /// It is reckoned, since a clock would count the time in which the thread stood still, too.
    static func cost(of users: [User]) -> Duration {
        let hosts = users.reduce(0) { $0 + $1.hosts.networks.count }
        return .microseconds(users.count * 10 + hosts * 4)
    }

    /// Begins the next span where the last one is over.
    private static func begin(_ state: inout State, at now: ContinuousClock.Instant) {
        guard let begin = state.begin else {
            state.begin = now
            return
        }
        let passed = begin.duration(to: now)
        guard passed >= span else { return }
        state.begin = now
        state.spent = max(.zero, state.spent - share * Int(min(passed / span, 1_000_000)))
    }
}
