/// What happened when a user's password was presented.
public struct LoginRecord: Sendable, Equatable {
    /// Failed logins since the last success, reset or key generation.
    public var failureCount: Int
    /// Failed logins ever.
    public var failureTotal: Int
    /// The last failed login; nil if there was none.
    public var lastFailure: Timestamp?
    /// When the right password last opened something: a session, this machine's PAM, or another system that asked; nil
    /// where it never has.
    public var lastSuccess: Timestamp?
    /// When a failed login last closed the password for the network that it came from; nil if none has, or if
    /// somebody has opened it again.
    public var lastClosing: Timestamp?

    /// Builds a record; nothing happened unless said otherwise.
    public init(
        failureCount: Int = 0,
        failureTotal: Int = 0,
        lastFailure: Timestamp? = nil,
        lastSuccess: Timestamp? = nil,
        lastClosing: Timestamp? = nil
    ) {
        self.failureCount = failureCount
        self.failureTotal = failureTotal
        self.lastFailure = lastFailure
        self.lastSuccess = lastSuccess
        self.lastClosing = lastClosing
    }
}

/// When failed logins close the password, for whom, and for how long.
///
/// API keys are not affected.
public struct LockoutRule: Sendable {
    /// For whom the password is closed.
    public enum Scope: String, CaseIterable, Sendable {
        /// For the network from which the logins failed: others cannot keep a user out.
        case network
        /// For everybody, wherever the logins failed, as in the hosted service.
        case account
    }

    /// The failed logins allowed before the password is closed: more than 5 in a row close it, as in the hosted
    /// service.
    public static let maximumFailures = 5

    /// How long the password stays closed after the last failure.
    public let duration: Duration
    /// For whom it is closed.
    public let scope: Scope

    /// Builds a rule; for the network that failed unless said otherwise.
    public init(duration: Duration, scope: Scope = .network) {
        self.duration = duration
        self.scope = scope
    }

    /// Whether a user's password is closed at `now`: for everybody, or for some network.
    public func locks(_ record: LoginRecord, at now: Timestamp) -> Bool {
        switch scope {
        case .account: isClosed(record.failureCount, record.lastFailure, at: now)
        case .network: record.lastClosing.map { isRunning(since: $0, at: now) } ?? false
        }
    }

    /// Whether a user's password is closed at `now` to whoever comes from a source.
    func locks(_ record: LoginRecord, _ source: LoginSourceRecord, at now: Timestamp) -> Bool {
        switch scope {
        case .account: locks(record, at: now)
        case .network: isClosed(source.failureCount, source.lastFailure, at: now)
        }
    }

    /// The records after a failed login at `now`.
    ///
    /// A lock that has run out starts the count again; the total is kept.
    func afterFailure(
        _ record: LoginRecord,
        _ source: LoginSourceRecord,
        at now: Timestamp
    ) -> (record: LoginRecord, source: LoginSourceRecord) {
        var next = record
        var nextSource = source
        nextSource.failureCount =
            hasRunOut(source.failureCount, source.lastFailure, at: now)
            ? 1 : source.failureCount + 1
        nextSource.lastFailure = now
        let startsAgain =
            switch scope {
            case .account: hasRunOut(record.failureCount, record.lastFailure, at: now)
            case .network: record.lastClosing != nil && !locks(record, at: now)
            }
        next.failureCount = startsAgain ? 1 : record.failureCount + 1
        next.failureTotal = record.failureTotal + 1
        next.lastFailure = now
        if startsAgain { next.lastClosing = nil }
        if nextSource.failureCount > LockoutRule.maximumFailures { next.lastClosing = now }
        return (next, nextSource)
    }

    /// How many more passwords may be tried before the password is closed; at least 1, since what is closed is
    /// asked, too, and refused.
    func triesLeft(_ record: LoginRecord, _ source: LoginSourceRecord, at now: Timestamp) -> Int {
        let (failures, last) =
            switch scope {
            case .account: (record.failureCount, record.lastFailure)
            case .network: (source.failureCount, source.lastFailure)
            }
        guard !hasRunOut(failures, last, at: now) else { return LockoutRule.maximumFailures + 1 }
        return max(1, LockoutRule.maximumFailures + 1 - failures)
    }

    private func isClosed(_ failures: Int, _ last: Timestamp?, at now: Timestamp) -> Bool {
        guard failures > LockoutRule.maximumFailures, let last else { return false }
        return isRunning(since: last, at: now)
    }

    private func hasRunOut(_ failures: Int, _ last: Timestamp?, at now: Timestamp) -> Bool {
        failures > LockoutRule.maximumFailures && !isClosed(failures, last, at: now)
    }

    /// Whether a lock that began at `start` still holds; one that began in the future does not.
    func isRunning(since start: Timestamp, at now: Timestamp) -> Bool {
        !start.isFuture(at: now) && now < start.advanced(by: duration)
    }
}
