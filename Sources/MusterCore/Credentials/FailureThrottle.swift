import Synchronization

/// Counts failed checks, so that a password oracle answers only so many guesses a minute.
public final class FailureThrottle: Sendable {
    /// The failures a minute for one name from one address.
    static let limitPerNameAndAddress = 10
    /// The failures a minute for everything that one caller asks.
    static let limitPerCaller = 100

    private static let window = Duration.seconds(60)

    private struct State {
        var start = Timestamp(rawValue: 0)
        var counts: [String: Int] = [:]
    }

    private let state = Mutex(State())

    init() {}

    /// Whether this question is one too many.
    func refuses(name: String, address: String, caller: UserID, at now: Timestamp) -> Bool {
        state.withLock { state in
            FailureThrottle.turn(&state, now)
            return state.counts["\(name.lowercased())\u{0}\(address)", default: 0]
                >= FailureThrottle.limitPerNameAndAddress
                || state.counts["\(caller.rawValue)", default: 0] >= FailureThrottle.limitPerCaller
        }
    }

    func noteFailure(name: String, address: String, caller: UserID, at now: Timestamp) {
        state.withLock { state in
            FailureThrottle.turn(&state, now)
            state.counts["\(name.lowercased())\u{0}\(address)", default: 0] += 1
            state.counts["\(caller.rawValue)", default: 0] += 1
        }
    }

    private static func turn(_ state: inout State, _ now: Timestamp) {
        guard now.since(state.start) >= window || now < state.start else { return }
        state = State(start: now)
    }
}
