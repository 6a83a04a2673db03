/// Reads sessions.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol SessionReader {
    /// The session under a digest, with whose it is; nil if there is none.
    ///
    /// Every request with a token asks this, so it is one look-up.
    func sessionHolder(_ digest: Digest) throws(MusterError) -> SessionHolder?

    /// The session of a name; nil if there is none.
    func session(_ id: SessionID) throws(MusterError) -> Session?

    /// The sessions that a query asks for, those begun last first.
    func sessions(_ query: SessionQuery) throws(MusterError) -> [OwnedSession]

    /// How many sessions a user has, or everybody together.
    func sessionCount(of user: UserID?) throws(MusterError) -> Int

    /// The session under a digest; nil if there is none.
    func session(_ digest: Digest) throws(MusterError) -> Session?

    /// Why the session that was under a digest is over; nil if there was none, or long ago.
    func sessionEnd(_ digest: Digest) throws(MusterError) -> SessionEnd?
}

/// Writes sessions.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol SessionWriter {
    /// Begins a session.
    func insertSession(_ session: Session) throws(MusterError)

    /// Keeps when and how the owner of a session has proved who it is; does nothing if there is none.
    func noteConfirmation(
        of digest: Digest,
        by methods: Set<AuthenticationMethod>,
        at now: Timestamp
    ) throws(MusterError)

    /// Ends one session; does nothing if there is none.
    ///
    /// Of each user's sessions that have ended the last ``SessionLimits/endedPerUser`` are remembered, here and
    /// wherever sessions end.
    func endSession(
        _ digest: Digest,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError)

    /// Ends all sessions of a user, but for the one excepted.
    func endSessions(
        of user: UserID,
        except digest: Digest?,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError)

    /// Notes the last requests of sessions; later moments win.
    func noteSessionUse(_ uses: [(digest: Digest, at: Timestamp)]) throws(MusterError)

    /// Ends sessions of a user but for the newest `count`, a hundred at most in one call, and tells which.
    func endOldestSessions(
        of user: UserID,
        keeping count: Int,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) -> [Digest]

    /// Looks at the next sessions in the order of their digests, and ends those that began before `limit`, or whose
    /// user's inactivity timeout has passed or account has expired.
    ///
    /// - Parameters:
    ///   - last: The digest of the session that was looked at last; nil to begin.
    ///   - count: How many sessions are looked at.
    ///   - limit: Sessions that began before this are too old.
    ///   - now: The present moment.
    /// - Returns: The digest after which the next call goes on; nil if there are no more sessions.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func endExpiredSessions(
        after last: Digest?,
        atMost count: Int,
        begunBefore limit: Timestamp,
        now: Timestamp
    ) throws(MusterError) -> Digest?

    /// Forgets why sessions ended: those that ended before `limit`, and the oldest where there are more than `total`.
    ///
    /// - Returns: How many were forgotten, `count` at most.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func forgetSessionEnds(
        before limit: Timestamp,
        keeping total: Int,
        atMost count: Int
    ) throws(MusterError) -> Int
}
