/// Which users a list keeps.
public enum UserFilter: Sendable, Equatable {
    /// Those of this role.
    case role(Role)
    /// Those who may come in at all, or those who may not.
    case enabled(Bool)
    /// Those whose account has expired by this moment.
    case expired(by: Timestamp)
    /// Those whose password was closed later than the first moment, and not later than the second.
    case closed(after: Timestamp, upTo: Timestamp)
    /// Those with more than so many failed logins in a row, the last later than the first moment and not later than
    /// the second.
    case failed(moreThan: Int, after: Timestamp, upTo: Timestamp)
    /// Those who have no second factor of any kind, as ``DirectoryReader/hasSecondFactor(_:)`` says.
    case noSecondFactor
    /// Those who were made before this moment, and whose password and API keys have not opened anything since.
    ///
    /// Logins by SSH key are not known to the directory.
    case unusedSince(Timestamp)
    /// Those who have API keys that were made before this moment, and have opened nothing since.
    case keysUnusedSince(Timestamp)
    /// Those who were changed last at this moment or later.
    case changed(since: Timestamp)

    /// Whether a user is kept.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - hasFactor: Whether it has an authenticator app or a passkey.
    ///   - keysMadeAt: When its API keys were made; nil if it has none.
    /// - Returns: Whether it is.
    public func keeps(_ user: User, hasFactor: Bool, keysMadeAt: Timestamp? = nil) -> Bool {
        switch self {
        case .role(let role): user.role == role
        case .enabled(let isEnabled): user.isEnabled == isEnabled
        case .expired(let moment): user.isExpired(at: moment)
        case .closed(let start, let end):
            UserFilter.lies(user.logins.lastClosing, after: start, upTo: end)
        case .failed(let count, let start, let end):
            user.logins.failureCount > count
                && UserFilter.lies(user.logins.lastFailure, after: start, upTo: end)
        case .noSecondFactor: !user.secondFactor.isRequiredAtLogin && !hasFactor
        case .unusedSince(let moment):
            [user.logins.lastSuccess, user.lastKeyUse, user.createdAt].allSatisfy { time in
                time.map { $0 < moment } ?? true
            }
        case .keysUnusedSince(let moment):
            keysMadeAt.map { $0 < moment && user.lastKeyUse.map { $0 < moment } ?? true } ?? false
        case .changed(let moment): user.changedAt >= moment
        }
    }

    private static func lies(
        _ time: Timestamp?,
        after start: Timestamp,
        upTo end: Timestamp
    ) -> Bool {
        time.map { $0 > start && $0 <= end } ?? false
    }
}

extension LockoutRule {
    /// Keeps the users whose password is closed at `now`, as ``locks(_:at:)`` says.
    public func filter(at now: Timestamp) -> UserFilter {
        let start = now.advanced(by: .zero - duration)
        let end = now.advanced(by: Timestamp.clockTolerance)
        return switch scope {
        case .account:
            .failed(moreThan: LockoutRule.maximumFailures, after: start, upTo: end)
        case .network: .closed(after: start, upTo: end)
        }
    }
}
