/// What happened at a user's password door.
public struct LoginRecord: Sendable, Equatable {
    /// Failed logins since the last success, reset or key generation.
    public var failureCount: Int
    /// Failed logins ever.
    public var failureTotal: Int
    /// The last failed login; nil where there was none.
    public var lastFailure: Timestamp?
    /// The last successful login; nil where there was none.
    public var lastSuccess: Timestamp?

    /// Builds a record; nothing happened unless said otherwise.
    public init(
        failureCount: Int = 0,
        failureTotal: Int = 0,
        lastFailure: Timestamp? = nil,
        lastSuccess: Timestamp? = nil
    ) {
        self.failureCount = failureCount
        self.failureTotal = failureTotal
        self.lastFailure = lastFailure
        self.lastSuccess = lastSuccess
    }
}

/// When failed logins close the password door, and for how long.
///
/// API keys are not affected.
public struct LockoutRule: Sendable {
    /// The failed logins that are borne: more than 5 lock, as in the hosted service.
    public static let bearableFailures = 5

    /// How long the door stays closed after the last failure.
    public let duration: Duration

    /// Builds a rule.
    public init(duration: Duration) {
        self.duration = duration
    }

    /// Whether the door is closed at `now`.
    public func locks(_ record: LoginRecord, at now: Timestamp) -> Bool {
        guard record.failureCount > LockoutRule.bearableFailures, let last = record.lastFailure
        else {
            return false
        }
        return now < last.advanced(by: duration)
    }

    /// The record after a failed login at `now`.
    ///
    /// A lock that has run out starts the count anew.
    public func afterFailure(_ record: LoginRecord, at now: Timestamp) -> LoginRecord {
        var next = record
        let isOver = record.failureCount > LockoutRule.bearableFailures
        let hasServedLock = isOver && !locks(record, at: now)
        next.failureCount = hasServedLock ? 1 : record.failureCount + 1
        next.failureTotal = record.failureTotal + 1
        next.lastFailure = now
        return next
    }
}
