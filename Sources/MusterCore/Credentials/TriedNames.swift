import Synchronization

/// Failed logins by the name that was typed, whether somebody has it or not.
///
/// How many passwords may be tried at a time depends on how many have failed. If known names were counted in another
/// place than unknown ones, one of the two would be forgotten first (after a crowd, after a restart), and time would
/// tell which are known. What is counted here closes nothing: the lock is asked in the store when a right password
/// comes in. In memory only, for a bounded number of names, which are kept as hashes.
final class TriedNames: Sendable {
    /// The most names, each from one source, that are remembered.
    static let limit = 65_536

    private let records = Mutex(
        RecentTable<GuessGate.Key, LoginSourceRecord>(limit: TriedNames.limit)
    )

    /// How many passwords may be tried at a time, from 1.
    func triesLeft(_ key: GuessGate.Key, _ rule: LockoutRule, at now: Timestamp) -> Int {
        let record = records.withLock { $0[key] ?? LoginSourceRecord() }
        return rule.triesLeft(TriedNames.account(record), record, at: now)
    }

    /// Counts a failure, unless the name is closed by those before it.
    func noteFailure(_ key: GuessGate.Key, _ rule: LockoutRule, at now: Timestamp) {
        records.withLock { records in
            let record = records[key] ?? LoginSourceRecord()
            let account = TriedNames.account(record)
            guard !rule.locks(account, record, at: now) else { return }
            records[key] = rule.afterFailure(account, record, at: now).source
        }
    }

    /// Forgets the failures before a right password.
    func forget(_ key: GuessGate.Key) {
        records.withLock { $0[key] = nil }
    }

    /// How many names are remembered.
    var count: Int { records.withLock { $0.count } }

    /// The record that an account would have that was tried from one source only.
    private static func account(_ record: LoginSourceRecord) -> LoginRecord {
        LoginRecord(failureCount: record.failureCount, lastFailure: record.lastFailure)
    }
}
