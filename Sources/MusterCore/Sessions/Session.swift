/// A login that lasts, kept under the digest of its token.
public struct Session: Sendable {
    /// SHA-256 of the token's text.
    public let digest: Digest
    /// Whose session it is.
    public let user: UserID
    /// When it began.
    public let createdAt: Timestamp
    /// The last request that used it.
    public var lastSeenAt: Timestamp
    /// Where it began.
    public let address: IPAddress?

    /// Builds a session.
    public init(
        digest: Digest,
        user: UserID,
        createdAt: Timestamp,
        lastSeenAt: Timestamp,
        address: IPAddress?
    ) {
        self.digest = digest
        self.user = user
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
        self.address = address
    }
}

/// Why a session is over, kept for a while so that its owner can be told.
public enum SessionEnd: String, Sendable, CaseIterable {
    /// The owner logged out.
    case loggedOut = "logged_out"
    /// The owner's password was changed.
    case passwordChanged = "password_changed"
    /// The owner was disabled, or the password door closed.
    case disabled
    /// The owner was removed.
    case userRemoved = "user_removed"
    /// The owner's inactivity timeout has passed.
    case idleTimeout = "idle_timeout"
    /// The session was as old as sessions get.
    case lifetime
    /// The directory was restored from a backup.
    case directoryRestored = "directory_restored"
}

/// The token of a new session, shown to its owner once.
public struct IssuedSession: Sendable {
    /// 64 lower-case hexadecimal characters, 256 random bits.
    public let token: Secret<String>
    /// Whose session it is.
    public let user: User
}

/// Reads sessions.
public protocol SessionReader {
    /// The session under a digest; nil where there is none.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func session(_ digest: Digest) throws(MusterError) -> Session?

    /// Why the session that was under a digest is over; nil where there was none, or long ago.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func sessionEnd(_ digest: Digest) throws(MusterError) -> SessionEnd?
}

/// Writes sessions.
public protocol SessionWriter {
    /// Begins a session.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func insertSession(_ session: Session) throws(MusterError)

    /// Ends one session; does nothing where there is none.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func endSession(
        _ digest: Digest,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError)

    /// Ends all sessions of a user, but for the one excepted.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func endSessions(
        of user: UserID,
        except digest: Digest?,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError)

    /// Notes the last requests of sessions; later moments win.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSessionUse(_ uses: [(digest: Digest, at: Timestamp)]) throws(MusterError)

    /// Ends the sessions that began before `limit`, or whose user's inactivity timeout has passed, and
    /// forgets why sessions ended that ended before `limit`.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func endExpiredSessions(begunBefore limit: Timestamp, now: Timestamp) throws(MusterError)
}
