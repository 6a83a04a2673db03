import Synchronization

/// Slows logins to an account that is tried from many networks.
///
/// Each network has its own lock (``LockoutRule``); this is for a crowd of them. The delay grows with the number
/// of other networks whose logins have failed of late, and never becomes a lock. Known and unknown names are
/// slowed alike. What is kept is bounded: a hash and a time for a few networks of some ten thousand names.
final class LoginPace: Sendable {
    /// The delays after logins have failed from two other networks, three, and so on; the last one stays.
    static let delays: [Duration] = [
        .seconds(1), .seconds(3), .seconds(5), .seconds(10), .seconds(30),
    ]
    /// The longest delay of a login program of the machine: those give up after two seconds.
    static let longestLocalDelay = Duration.seconds(1)
    /// How many other networks may fail before anybody waits.
    static let freeNetworks = 1
    /// How long a failure slows others.
    static let memory = Duration.seconds(900)
    /// The most names that are remembered.
    static let nameLimit = 65_536

    private struct Failure {
        let source: Int
        let at: Timestamp
    }

    private struct State {
        var failures: [NameHash: [Failure]] = [:]
        var lastSweep = Timestamp(rawValue: 0)
    }

    private let state = Mutex(State())

    /// How long a login from a source waits.
    func delay(of name: NameHash, from source: LoginSource, at now: Timestamp) -> Duration {
        let own = source.hashValue
        let others = state.withLock { state in
            (state.failures[name] ?? []).count {
                $0.source != own && LoginPace.isRecent($0, now)
            }
        }
        return LoginPace.delay(step: others - LoginPace.freeNetworks)
    }

    /// The delay of a step, from 1; none before.
    static func delay(step: Int) -> Duration {
        step < 1 ? .zero : delays[min(step, delays.count) - 1]
    }

    /// Notes a failed login.
    func noteFailure(of name: NameHash, from source: LoginSource, at now: Timestamp) {
        let own = source.hashValue
        state.withLock { state in
            var failures = (state.failures[name] ?? []).filter {
                $0.source != own && LoginPace.isRecent($0, now)
            }
            failures.append(Failure(source: own, at: now))
            // More networks than there are delays need not be told apart.
            let most = LoginPace.delays.count + LoginPace.freeNetworks + 1
            if failures.count > most { failures.removeFirst() }
            if state.failures[name] == nil { LoginPace.makeRoom(&state, now) }
            state.failures[name] = failures
        }
    }

    /// How many names are remembered.
    var count: Int { state.withLock { $0.failures.count } }

    /// How many networks are remembered that have failed at a name.
    func networks(of name: NameHash) -> Int { state.withLock { $0.failures[name]?.count ?? 0 } }

    private static func isRecent(_ failure: Failure, _ now: Timestamp) -> Bool {
        !failure.at.isFuture(at: now) && now.since(failure.at) < memory
    }

    /// Forgets names that nobody has failed at of late, and if all are recent, any of them.
    private static func makeRoom(_ state: inout State, _ now: Timestamp) {
        guard state.failures.count >= nameLimit else { return }
        // A sweep looks at every name, so it is made only now and then.
        if now.since(state.lastSweep) >= .seconds(10) || now < state.lastSweep {
            state.lastSweep = now
            state.failures = state.failures.filter { $0.value.contains { isRecent($0, now) } }
        }
        while state.failures.count >= nameLimit, let name = state.failures.keys.first {
            state.failures[name] = nil
        }
    }
}
