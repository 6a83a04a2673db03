/// The ways of proving oneself a second time, the strongest first, as they are offered.
public enum FactorKind: String, CaseIterable, Sendable {
    /// A passkey.
    case passkey = "webauthn"
    /// A code of an authenticator app.
    case timeCode = "totp"
    /// A code sent to the phone.
    case sms
    /// A code sent to the e-mail address.
    case email
    /// A code that was kept for the worst case.
    case recovery
}

/// The number of a factor, never reused.
public struct FactorID: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: Int64

    /// Wraps a number.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}

/// An authenticator app or a passkey that a user has set up.
public struct Factor: Sendable {
    /// The number.
    public let id: FactorID
    /// Whose it is.
    public let user: UserID
    /// What the user calls it.
    public let label: String
    /// When it was set up.
    public let createdAt: Timestamp
    /// When it was used last; nil if it never was.
    public var lastUsedAt: Timestamp?
    /// How often it has failed since it was right last.
    public var failureCount: Int
    /// What is kept of it.
    public var proof: Proof

    /// What a factor is checked by.
    public enum Proof: Sendable {
        /// The secret of an authenticator app.
        case timeCode(TimeCodeSecret)
        /// The public half of a passkey.
        case passkey(Passkey)
    }

    /// Builds a factor.
    public init(
        id: FactorID,
        user: UserID,
        label: String,
        createdAt: Timestamp,
        lastUsedAt: Timestamp? = nil,
        failureCount: Int = 0,
        proof: Proof
    ) {
        self.id = id
        self.user = user
        self.label = label
        self.createdAt = createdAt
        self.lastUsedAt = lastUsedAt
        self.failureCount = failureCount
        self.proof = proof
    }

    /// What kind it is.
    public var kind: FactorKind {
        switch proof {
        case .timeCode: .timeCode
        case .passkey: .passkey
        }
    }

    /// Whether its owner has shown that it works; one that is not confirmed is none yet.
    public var isConfirmed: Bool {
        guard case .timeCode(let secret) = proof else { return true }
        return secret.triesLeft == nil
    }

    /// Whether it has failed so often that it is not taken any more.
    public var isOff: Bool { failureCount >= FactorRules.maximumFailures }
}

/// What is kept of an authenticator app.
public struct TimeCodeSecret: Sendable {
    /// The secret that it shares with the directory; nil if the master key does not open it.
    ///
    /// No code is right then, and the app can be removed all the same.
    public let key: Secret<[UInt8]>?
    /// The step of the last code that was taken; nil if none was.
    public var lastStep: Int64?
    /// How many codes are still read to confirm it; nil once it is confirmed.
    public var triesLeft: Int?

    /// Builds a secret.
    public init(key: Secret<[UInt8]>?, lastStep: Int64? = nil, triesLeft: Int? = nil) {
        self.key = key
        self.lastStep = lastStep
        self.triesLeft = triesLeft
    }
}

/// What a user may have of factors, and for how long things are waited for.
public enum FactorRules {
    /// The most failures in a row before an authenticator is not taken any more (NIST SP 800-63B-4 section 3.2.2).
    public static let maximumFailures = 100
    /// How many of them whoever comes from where the user has not signed in before may use up: half, so that who has the
    /// password alone leaves the owner as many.
    public static let maximumFailuresElsewhere = 50
    /// The most authenticator apps of a user.
    public static let maximumTimeCodes = 5
    /// The most passkeys of a user.
    public static let maximumPasskeys = 16
    /// The longest label, in bytes.
    public static let maximumLabelBytes = 64
    /// How long an app that was not confirmed is waited for.
    public static let enrolmentTime = Duration.seconds(600)
    /// How many codes are read to confirm an app.
    public static let enrolmentTries = 5
    /// How long ago a session's owner may have proved itself when it does what a stolen session must not do.
    ///
    /// OWASP ASVS 5.0 (7.5.1, 7.5.3) asks for the proof and names no time, and the reauthentication of NIST SP 800-63B-4
    /// section 5.2 is about whole sessions; five minutes is the longest after which the OWASP Session Management
    /// Cheat Sheet lets sessions of high value lie idle (2 to 5 minutes).
    public static let confirmationTime = Duration.seconds(300)
    /// How many bytes tell an authenticator whose key it keeps.
    static let userHandleBytes = 32
}

/// The factors that are counted for a user as a whole, because they are no records of their own.
public enum CountedFactor: String, CaseIterable, Sendable {
    /// Codes that are sent.
    case sent
    /// Recovery codes.
    case recovery
}
