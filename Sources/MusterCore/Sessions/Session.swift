/// A login that lasts, kept under the digest of its token.
public struct Session: Sendable {
    /// The digest of the token's text, which ``SessionKind`` is a part of.
    public let digest: Digest
    /// Whose session it is.
    public let user: UserID
    /// When it began.
    public let createdAt: Timestamp
    /// The last request that used it.
    public var lastSeenAt: Timestamp
    /// Where it began.
    public let address: IPAddress?
    /// When the owner has last proved who it is.
    public var authenticatedAt: Timestamp
    /// How it has.
    public var methods: Set<AuthenticationMethod>
    /// With which program; nil if that said nothing, the session began before it was kept, or it was looked for by its token,
    /// which each request is and which reads nothing but what it needs.
    public let program: ProgramName?

    /// Builds a session; its owner has proved who it is when it began, unless said otherwise.
    public init(
        digest: Digest,
        user: UserID,
        createdAt: Timestamp,
        lastSeenAt: Timestamp,
        address: IPAddress?,
        authenticatedAt: Timestamp? = nil,
        methods: Set<AuthenticationMethod> = [.password],
        program: ProgramName? = nil
    ) {
        self.authenticatedAt = authenticatedAt ?? createdAt
        self.methods = methods
        self.program = program
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
    /// The owner was disabled, or signing in with the password closed.
    case disabled
    /// The owner's account has expired.
    case accountExpired = "account_expired"
    /// The owner was removed.
    case userRemoved = "user_removed"
    /// The owner's inactivity timeout has passed.
    case idleTimeout = "idle_timeout"
    /// The session was as old as sessions get.
    case lifetime
    /// The directory was restored from a backup.
    case directoryRestored = "directory_restored"
    /// The owner, from another place, or an administrator ended the session.
    case revoked
    /// The owner began more sessions than a user has, and this was the oldest.
    case replaced
}

/// The token of a new session, shown to its owner once.
public struct IssuedSession: Sendable {
    /// 64 lower-case hexadecimal characters, 256 random bits.
    public let token: Secret<String>
    /// Under which the session is kept.
    public let digest: Digest
    /// Whose session it is.
    public let user: User
    /// How many recovery codes are left, where one was used; nil otherwise.
    public var recoveryCodesLeft: Int?
}

/// The name of a session for those who do not hold its token: the first 64 bits of the token's digest.
///
/// It opens nothing, and nothing can be found out from it about the token's 256 random bits.
public struct SessionID: Hashable, Sendable {
    /// How many bytes of the digest there are.
    public static let byteCount = 8

    /// The first bytes of the digest.
    public let bytes: [UInt8]

    /// The name of the session under a digest.
    public init(_ digest: Digest) {
        bytes = Array(digest.bytes.prefix(SessionID.byteCount))
    }

    /// Reads 16 hexadecimal digits; nil if the text is something else.
    public init?(_ text: String) {
        guard let bytes = Hex.bytes(text), bytes.count == SessionID.byteCount else { return nil }
        self.bytes = bytes
    }

    /// 16 lower-case hexadecimal digits.
    public var text: String { Hex.text(bytes) }
}
