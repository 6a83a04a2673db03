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

    private let failures = Mutex(RecentTable<NameHash, [Failure]>(limit: LoginPace.nameLimit))

    /// How long a login from a source waits.
    func delay(of name: NameHash, from source: LoginSource, at now: Timestamp) -> Duration {
        let own = source.hashValue
        let others = failures.withLock { failures in
            (failures[name] ?? []).count {
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
        failures.withLock { known in
            var failures = (known[name] ?? []).filter {
                $0.source != own && LoginPace.isRecent($0, now)
            }
            failures.append(Failure(source: own, at: now))
            // More networks than there are delays need not be told apart.
            let most = LoginPace.delays.count + LoginPace.freeNetworks + 1
            if failures.count > most { failures.removeFirst() }
            known[name] = failures
        }
    }

    /// How many names are remembered.
    var count: Int { failures.withLock { $0.count } }

    /// How many networks are remembered that have failed at a name.
    func networks(of name: NameHash) -> Int { failures.withLock { $0[name]?.count ?? 0 } }

    private static func isRecent(_ failure: Failure, _ now: Timestamp) -> Bool {
        !failure.at.isFuture(at: now) && now.since(failure.at) < memory
    }
}
