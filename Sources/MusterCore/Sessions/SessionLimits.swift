/// How many sessions are kept, so that nobody who logs in again and again makes work for others.
///
/// The numbers are chosen, not measured: many more than a person has browsers and programs, and so few that what is
/// done with all of a user's takes milliseconds.
public enum SessionLimits {
    /// How many sessions of one user are open; one more ends the oldest.
    public static let perUser = 100
    /// Of how many ended sessions of one user it is remembered why they ended.
    public static let endedPerUser = 100
    /// Of how many ended sessions of all users together it is remembered.
    public static let ended = 200_000
    /// How many sessions one transaction of a sweep looks at, or forgets.
    static let sweptTogether = 2_000
    /// How many such transactions forget ended sessions in one sweep: 100,000 a minute.
    static let forgettingTurns = 50
}

extension Session {
    /// Says whether the session is over at a moment, and why.
    ///
    /// - Parameters:
    ///   - now: The moment.
    ///   - limit: Sessions that began before this are too old.
    ///   - timeout: The inactivity timeout of the session's user; zero for none.
    ///   - expiry: When the account of the session's user expires; nil for never.
    /// - Returns: Why it is over; nil if it is not.
    public func end(
        at now: Timestamp,
        begunBefore limit: Timestamp,
        timeout: Duration,
        expiry: Timestamp?
    ) -> SessionEnd? {
        if let expiry, expiry <= now { return .accountExpired }
        if timeout > .zero, now.since(lastSeenAt) > timeout || lastSeenAt.isFuture(at: now) {
            return .idleTimeout
        }
        return createdAt < limit || createdAt.isFuture(at: now) ? .lifetime : nil
    }
}
