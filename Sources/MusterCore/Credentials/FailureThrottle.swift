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

    /// Takes a place for one question, before it is answered, so that questions at the same moment count as
    /// well; answers false when there is none left this minute.
    func admits(name: String, address: String, caller: UserID, at now: Timestamp) -> Bool {
        let (place, asker) = FailureThrottle.keys(name, address, caller)
        return state.withLock { state in
            FailureThrottle.turn(&state, now)
            guard state.counts[place, default: 0] < FailureThrottle.limitPerNameAndAddress,
                state.counts[asker, default: 0] < FailureThrottle.limitPerCaller
            else { return false }
            state.counts[place, default: 0] += 1
            state.counts[asker, default: 0] += 1
            return true
        }
    }

    /// Gives the place of a question back that was answered with yes.
    func release(name: String, address: String, caller: UserID) {
        let (place, asker) = FailureThrottle.keys(name, address, caller)
        state.withLock { state in
            for key in [place, asker] {
                state.counts[key] = max(0, state.counts[key, default: 0] - 1)
            }
        }
    }

    private static func keys(
        _ name: String,
        _ address: String,
        _ caller: UserID
    ) -> (String, String) {
        ("\(name.lowercased())\u{0}\(address)", "\(caller.rawValue)")
    }

    private static func turn(_ state: inout State, _ now: Timestamp) {
        guard now.since(state.start) >= window || now < state.start else { return }
        state = State(start: now)
    }
}
