/// How often a caller has got a no about a name of late, for a bounded number of names, which are kept as hashes.
///
/// There are no locks in here: whoever has one guards it.
struct AskedNames {
    /// A name, whether somebody has it or not, about which a caller asks.
    struct Key: Hashable {
        let name: NameHash
        let caller: UserID
    }

    private struct Failures {
        var count: Int
        var last: Timestamp
    }

    private var failures = RecentTable<Key, Failures>(limit: LoginPace.nameLimit)

    /// How many names are remembered.
    var count: Int { failures.count }

    /// Counts a question as one more no, until it is given back: how many there are with it, the last of them no
    /// longer ago than ``LoginPace/memory``.
    mutating func add(_ key: Key, at now: Timestamp) -> Int {
        let before = failures[key].map { isRecent($0, now) ? $0.count : 0 } ?? 0
        failures[key] = Failures(count: before + 1, last: now)
        return before + 1
    }

    /// Takes back a question whose answer was not no.
    mutating func giveBack(_ key: Key) {
        guard let known = failures[key] else { return }
        failures[key] = known.count > 1 ? Failures(count: known.count - 1, last: known.last) : nil
    }

    private func isRecent(_ failures: Failures, _ now: Timestamp) -> Bool {
        !failures.last.isFuture(at: now) && now.since(failures.last) < LoginPace.memory
    }
}
