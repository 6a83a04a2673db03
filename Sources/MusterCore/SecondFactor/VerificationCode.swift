/// A six-digit code that was sent and is waited for.
public struct VerificationCode: Sendable {
    /// How long a code is good for.
    public static let lifetime = Duration.seconds(300)
    /// How many answers are read.
    public static let tries = 5
    /// How many more are read at a login from where the user has signed in before: who has the password alone does not
    /// use up the code of whoever has both.
    public static let familiarTries = 3

    /// What the code proves.
    public enum Purpose: Sendable, Equatable {
        /// That the phone belongs to the user.
        case phone(PhoneNumber)
        /// That the user is logging in.
        case login
    }

    /// The keyed digest of the code.
    public let digest: Digest
    /// What the code proves.
    public let purpose: Purpose
    /// When it was sent.
    public let issuedAt: Timestamp
    /// How many answers are still read.
    public var triesLeft: Int

    /// Builds a code.
    public init(digest: Digest, purpose: Purpose, issuedAt: Timestamp, triesLeft: Int) {
        self.digest = digest
        self.purpose = purpose
        self.issuedAt = issuedAt
        self.triesLeft = triesLeft
    }

    /// Whether the code may still be answered at `now`; one from the future may not.
    public func isOpen(at now: Timestamp) -> Bool {
        triesLeft > 0 && !issuedAt.isFuture(at: now)
            && now < issuedAt.advanced(by: VerificationCode.lifetime)
    }

    /// Six random decimal digits, each number equally likely.
    static func randomText(from random: any RandomSource) -> String {
        // 2^32 is no multiple of a million: numbers beyond the last whole million are drawn again.
        while true {
            let number = random.bytes(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            guard number < 4_294_000_000 else { continue }
            let digits = String(number % 1_000_000)
            return String(repeating: "0", count: 6 - digits.count) + digits
        }
    }
}

/// A code on its way to a user.
public struct CodeMessage: Sendable {
    /// The ways a code can go.
    public enum Channel: String, Sendable {
        /// To the phone.
        case sms
        /// To the e-mail address.
        case email
    }

    /// The way.
    public let channel: Channel
    /// The phone number or the e-mail address.
    public let recipient: String
    /// Whose code it is.
    public let username: Username
    /// The six digits.
    public let code: Secret<String>
    /// Who it is, as the audit log names users.
    public let party: AuditParty
    /// When the code was made; it is good for ``VerificationCode/lifetime`` from then on.
    public let issuedAt: Timestamp

    /// Builds a message.
    public init(
        channel: Channel,
        recipient: String,
        username: Username,
        code: Secret<String>,
        party: AuditParty,
        issuedAt: Timestamp
    ) {
        self.channel = channel
        self.recipient = recipient
        self.username = username
        self.code = code
        self.party = party
        self.issuedAt = issuedAt
    }
}

/// Sends codes and notices to users.
public protocol CodeSender: Sendable {
    /// Hands a message over to whatever carries it.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when it cannot be handed over now.
    func send(_ message: CodeMessage) async throws(MusterError)

    /// Hands a notice over to whatever carries it.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` when it cannot be handed over now.
    func send(_ notice: Notice) async throws(MusterError)
}
