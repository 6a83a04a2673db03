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
    func deleteSession(_ digest: Digest) throws(MusterError)

    /// Ends all sessions of a user, but for the one excepted.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func deleteSessions(of user: UserID, except digest: Digest?) throws(MusterError)

    /// Notes the last requests of sessions; later moments win.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSessionUse(_ uses: [(digest: Digest, at: Timestamp)]) throws(MusterError)

    /// Ends the sessions that began before `limit`, or whose user's inactivity timeout has passed.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func deleteExpiredSessions(begunBefore limit: Timestamp, now: Timestamp) throws(MusterError)
}
