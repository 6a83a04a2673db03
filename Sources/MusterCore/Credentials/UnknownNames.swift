import Synchronization

/// Failed logins with names that nobody has, counted as those of known names are.
///
/// How many passwords may be tried at a time depends on how many have failed; without this a stranger could tell
/// by time which names are known. In memory only, for a bounded number of names, which are kept as hashes.
final class UnknownNames: Sendable {
    /// The most names, each from one source, that are remembered.
    static let limit = 65_536

    private let records = Mutex<[GuessGate.Key: LoginSourceRecord]>([:])

    /// How many passwords may be tried, as for a known name with as many failures.
    func triesLeft(_ key: GuessGate.Key, _ rule: LockoutRule, at now: Timestamp) -> Int {
        let record = records.withLock { $0[key] ?? LoginSourceRecord() }
        return rule.triesLeft(UnknownNames.account(record), record, at: now)
    }

    /// Counts a failure, unless the name is closed by those before it.
    func noteFailure(_ key: GuessGate.Key, _ rule: LockoutRule, at now: Timestamp) {
        records.withLock { records in
            let record = records[key] ?? LoginSourceRecord()
            let account = UnknownNames.account(record)
            guard !rule.locks(account, record, at: now) else { return }
            if records[key] == nil, records.count >= UnknownNames.limit,
                let other = records.keys.first
            {
                records[other] = nil
            }
            records[key] = rule.afterFailure(account, record, at: now).source
        }
    }

    /// How many names are remembered.
    var count: Int { records.withLock { $0.count } }

    /// The record that an account would have that was tried from one source only.
    private static func account(_ record: LoginSourceRecord) -> LoginRecord {
        LoginRecord(failureCount: record.failureCount, lastFailure: record.lastFailure)
    }
}
