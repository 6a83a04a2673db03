/// Which sessions to list, newest first.
public struct SessionQuery: Sendable {
    /// The most sessions one answer holds.
    public static let maximumLimit = 10_000

    /// Whose sessions; nil for everybody's.
    public var user: UserID?
    /// The most sessions to return, 1 to ``maximumLimit``.
    public var limit: Int
    /// Those after this one only, whether it is still there or not; nil for all.
    public var after: Session?

    /// Builds a query; everybody's sessions unless said otherwise.
    public init(
        user: UserID? = nil,
        limit: Int = SessionQuery.maximumLimit,
        after: Session? = nil
    ) {
        self.user = user
        self.limit = limit
        self.after = after
    }
}

/// A session and who owns it.
public struct OwnedSession: Sendable {
    /// The session.
    public var session: Session
    /// The owner's login name.
    public let owner: Username

    /// Builds a pair.
    public init(session: Session, owner: Username) {
        self.session = session
        self.owner = owner
    }
}

/// A session, and all that decides whether it lets its owner in.
public struct SessionHolder: Sendable {
    /// The session.
    public let session: Session
    /// Whose it is.
    public let owner: User
    /// Whether the owner's password has to be changed before anything else.
    public let mustChangePassword: Bool
    /// Whether the owner has an app or a passkey.
    public let hasFactor: Bool

    /// Builds the answer to a token.
    public init(session: Session, owner: User, mustChangePassword: Bool, hasFactor: Bool) {
        self.session = session
        self.owner = owner
        self.mustChangePassword = mustChangePassword
        self.hasFactor = hasFactor
    }
}
