/// How many codes may be sent, so that nobody makes the directory flood a phone, a mailbox or a bill.
///
/// The figures are those that gateways and operators advise against pumping of messages: few to one number, some
/// for one user, and an upper end for all together.
public struct CodeBudget: Sendable, Equatable {
    /// The shortest time between two codes for one user to one recipient.
    public static let pause = Duration.seconds(30)
    /// The most codes for one user to one recipient in an hour.
    public static let recipientHourly = 5
    /// The most codes for one user to one recipient in a day.
    public static let recipientDaily = 10
    /// How many times as many go to one recipient for all users together, unless it is known to be the user's.
    public static let recipientShare = 4
    /// How long after a user's last code by e-mail the next one goes out whatever others have had sent there.
    ///
    /// An address is not proved to be anybody's, and others may have set it as theirs.
    public static let ownMailPause = Duration.seconds(900)
    /// How many more go in an hour to a recipient, and for one user, at logins from where the user has signed in before:
    /// who has the password alone does not use up the codes of whoever has both.
    public static let familiarHourly = 2
    /// How many more go in a day.
    public static let familiarDaily = 4
    /// The most codes for one user in an hour.
    public static let userHourly = 10
    /// The most phone numbers, and the most e-mail addresses, to which one user has codes sent in a day.
    public static let recipientsDaily = 3

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

extension DirectoryReader {
    /// How long to wait until a code may be sent; nil if it may be sent now.
    ///
    /// What a user has had sent to a recipient is counted by itself, so that nobody uses up what somebody else
    /// needs to come in. All users together may send more to one recipient; and where that is known to be the
    /// user's, `isProven`, it is not asked what others have had sent there, nor where a user has had nothing sent there
    /// by e-mail for ``CodeBudget/ownMailPause``. Some more go where the user `isFamiliar`, at home.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func wait(
        for code: SentCode,
        isProven: Bool,
        isFamiliar: Bool,
        _ budget: CodeBudget
    ) throws(MusterError) -> Duration? {
        // What was noted while the clock was ahead holds up nobody.
        let end = code.at.advanced(by: Timestamp.clockTolerance)
        let (hour, day) = (Duration.seconds(3600), Duration.seconds(86_400))
        func sent(
            _ filter: SentCodeFilter,
            _ window: Duration,
            _ limit: Int
        ) throws(MusterError) -> [SentCode] {
            let start = code.at.advanced(by: .zero - window)
            return try sentCodes(filter, after: start, upTo: end, limit: limit)
        }
        let own = try sent(.user(code.user), day, CodeBudget.userHourly * 24)
        let there = own.filter { $0.channel == code.channel && $0.recipient == code.recipient }
        let (moreHourly, moreDaily) =
            isFamiliar ? (CodeBudget.familiarHourly, CodeBudget.familiarDaily) : (0, 0)
        let inChannel = budget.hourly(code.channel)
        var bounds: [(sent: [SentCode], most: Int, window: Duration)] = [
            (there, 1, CodeBudget.pause),
            (there, CodeBudget.recipientHourly + moreHourly, hour),
            (there, CodeBudget.recipientDaily + moreDaily, day),
            (own, CodeBudget.userHourly + moreHourly, hour),
            (try sent(.channel(code.channel), hour, inChannel), inChannel, hour),
        ]
        let quiet = code.at.advanced(by: .zero - CodeBudget.ownMailPause)
        let isOwnTurn = code.channel == .email && !there.contains { $0.at > quiet }
        if !isProven, !isOwnTurn {
            let daily = CodeBudget.recipientDaily * CodeBudget.recipientShare
            let all = try sent(.recipient(code.recipient), day, daily)
            bounds.append((all, CodeBudget.recipientHourly * CodeBudget.recipientShare, hour))
            bounds.append((all, daily, day))
        }
        var longest: Duration?
        for (sent, most, window) in bounds {
            guard most > 0 else { return hour }
            let start = code.at.advanced(by: .zero - window)
            let recent = sent.prefix { $0.at > start }
            guard recent.count >= most else { continue }
            let wait = recent[most - 1].at.advanced(by: window).since(code.at)
            longest = max(longest ?? .zero, wait)
        }
        guard longest == nil else { return longest }
        let recipients = Set(own.filter { $0.channel == code.channel }.map(\.recipient))
        guard recipients.count >= CodeBudget.recipientsDaily, !recipients.contains(code.recipient)
        else { return nil }
        return own.last.map { $0.at.advanced(by: day).since(code.at) } ?? day
    }
}
