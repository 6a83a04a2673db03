/// How many codes may be sent, so that nobody makes the directory flood a phone, a mailbox or a bill.
///
/// The figures are those that gateways and operators advise against pumping of messages: few to one number, some
/// for one user, and an upper end for all together.
public struct CodeBudget: Sendable, Equatable {
    /// The shortest time between two codes to one recipient.
    public static let pause = Duration.seconds(30)
    /// The most codes to one recipient in an hour.
    public static let recipientHourly = 5
    /// The most codes to one recipient in a day.
    public static let recipientDaily = 10
    /// The most codes for one user in an hour.
    public static let userHourly = 10
    /// All that one user can have had in a day.
    static let ownDaily = userHourly * 24
    /// The most phone numbers for which one user has codes sent in a day.
    public static let numbersDaily = 3

    /// The most codes by SMS in an hour, for everybody together.
    public var smsHourly: Int
    /// The most codes by e-mail in an hour, for everybody together.
    public var emailHourly: Int

    /// Builds a budget; 200 messages by SMS and 3,600 by e-mail in an hour, unless said otherwise.
    public init(smsHourly: Int = 200, emailHourly: Int = 3600) {
        self.smsHourly = smsHourly
        self.emailHourly = emailHourly
    }

    func hourly(_ channel: CodeMessage.Channel) -> Int {
        switch channel {
        case .sms: smsHourly
        case .email: emailHourly
        }
    }
}

/// A code that was sent.
public struct SentCode: Sendable, Equatable {
    /// When.
    public let at: Timestamp
    /// For whom.
    public let user: UserID
    /// In which way.
    public let channel: CodeMessage.Channel
    /// The keyed digest of the phone number or e-mail address.
    public let recipient: [UInt8]

    /// Builds a record.
    public init(
        at: Timestamp,
        user: UserID,
        channel: CodeMessage.Channel,
        recipient: [UInt8]
    ) {
        self.at = at
        self.user = user
        self.channel = channel
        self.recipient = recipient
    }
}

/// Which sent codes to read.
public enum SentCodeFilter: Sendable {
    /// Those to one recipient.
    case recipient([UInt8])
    /// Those for one user.
    case user(UserID)
    /// All of one channel.
    case channel(CodeMessage.Channel)
}

/// Reads which codes were sent.
public protocol SentCodeReader {
    /// The codes sent after `start` and no later than `end`, newest first, at most `limit`.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func sentCodes(
        _ filter: SentCodeFilter,
        after start: Timestamp,
        upTo end: Timestamp,
        limit: Int
    ) throws(MusterError) -> [SentCode]
}

/// Writes which codes were sent.
public protocol SentCodeWriter {
    /// Notes a code that is sent now.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSentCode(_ code: SentCode) throws(MusterError)

    /// Forgets a code that could not be sent.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func forgetSentCode(_ code: SentCode) throws(MusterError)

    /// Forgets the codes sent before `limit`.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func forgetSentCodes(before limit: Timestamp) throws(MusterError)
}

extension DirectoryReader {
    /// How long to wait until a code may be sent; nil if it may be sent now.
    ///
    /// - Parameter isOwn: Whether the recipient is known to be the user's. What others have sent there does not
    ///   count then, so that nobody uses up the codes with which somebody else signs in.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func wait(
        for code: SentCode,
        isOwn: Bool,
        _ budget: CodeBudget
    ) throws(MusterError) -> Duration? {
        // What was noted while the clock was ahead holds up nobody.
        let end = code.at.advanced(by: Timestamp.clockTolerance)
        let hour = Duration.seconds(3600)
        let day = Duration.seconds(86_400)
        let bounds: [(SentCodeFilter, Int, Duration)] = [
            (.recipient(code.recipient), 1, CodeBudget.pause),
            (.recipient(code.recipient), CodeBudget.recipientHourly, hour),
            (.recipient(code.recipient), CodeBudget.recipientDaily, day),
            (.user(code.user), CodeBudget.userHourly, hour),
            (.channel(code.channel), budget.hourly(code.channel), hour),
        ]
        var longest: Duration?
        for (filter, most, window) in bounds {
            guard most > 0 else { return hour }
            let start = code.at.advanced(by: .zero - window)
            let sent: [SentCode]
            if isOwn, case .recipient(let recipient) = filter {
                let own = try sentCodes(
                    .user(code.user),
                    after: start,
                    upTo: end,
                    limit: CodeBudget.ownDaily
                )
                sent = Array(own.filter { $0.recipient == recipient }.prefix(most))
            } else {
                sent = try sentCodes(filter, after: start, upTo: end, limit: most)
            }
            guard sent.count >= most, let oldest = sent.last else { continue }
            longest = max(longest ?? .zero, oldest.at.advanced(by: window).since(code.at))
        }
        guard longest == nil, code.channel == .sms else { return longest }
        let start = code.at.advanced(by: .zero - day)
        let own = try sentCodes(
            .user(code.user),
            after: start,
            upTo: end,
            limit: CodeBudget.ownDaily
        )
        let numbers = Set(own.filter { $0.channel == .sms }.map(\.recipient))
        guard numbers.count >= CodeBudget.numbersDaily, !numbers.contains(code.recipient) else {
            return nil
        }
        return own.last.map { $0.at.advanced(by: day).since(code.at) } ?? day
    }
}
