/// Something that was begun, and that a factor has to finish: a login whose password was right, a confirmation, a
/// passkey that is being made.
public struct Ceremony: Sendable {
    /// How long it is waited for.
    public static let lifetime = Duration.seconds(300)
    /// How many answers are read.
    public static let tries = 5
    /// The most ceremonies of a user at a time; one more ends another one.
    public static let perUser = 20
    /// How many of them are for logins from where the user has signed in before, and for its sessions, where strangers
    /// want places, too.
    static let perFamiliarUser = 16
    /// How many random bytes a challenge and a handle have.
    static let secretBytes = 32

    /// What is finished by it.
    public enum Purpose: Sendable, Equatable {
        /// A session begins: the password was right, and is still the one that was changed at this moment.
        case login(passwordChangedAt: Timestamp)
        /// The owner of the session under a digest is confirmed.
        case confirmation([UInt8])
        /// A passkey is made.
        case registration
        /// Nothing any more: a passkey has signed a challenge that is not to be signed twice.
        case spent
    }

    /// The digest of the handle; of the challenge, for a registration and what is spent.
    public let digest: Digest
    /// Whose it is.
    public let user: UserID
    /// What is finished by it.
    public let purpose: Purpose
    /// What a passkey has to sign.
    public let challenge: [UInt8]
    /// The digest of the source where a login began; nil for all else.
    public let source: Digest?
    /// When it began.
    public let issuedAt: Timestamp
    /// How many answers are still read.
    public var triesLeft: Int

    /// Builds a ceremony.
    public init(
        digest: Digest,
        user: UserID,
        purpose: Purpose,
        challenge: [UInt8],
        source: Digest? = nil,
        issuedAt: Timestamp,
        triesLeft: Int = Ceremony.tries
    ) {
        self.digest = digest
        self.user = user
        self.purpose = purpose
        self.challenge = challenge
        self.source = source
        self.issuedAt = issuedAt
        self.triesLeft = triesLeft
    }

    /// Whether it may still be finished at `now`; one from the future may not.
    public func isOpen(at now: Timestamp) -> Bool {
        triesLeft > 0 && !issuedAt.isFuture(at: now)
            && now < issuedAt.advanced(by: Ceremony.lifetime)
    }
}
