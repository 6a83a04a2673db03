public import MusterCore

/// A message on its way: to whom, what, and until when.
public struct Letter: Sendable {
    /// What a code's letter says of its purpose.
    public static let codePurpose = "code"

    /// 32 lower-case hexadecimal digits, the same through all tries.
    public let id: String
    /// The way.
    public let channel: CodeMessage.Channel
    /// ``codePurpose``, or what the notice is about.
    public let purpose: String
    /// The phone number or the e-mail address.
    public let recipient: String
    /// The subject of a mail; empty for SMS.
    public let subject: String
    /// What it says, in lines that end in LF.
    ///
    /// It may hold a code.
    public let text: Secret<String>
    /// Whose account it is about.
    public let party: AuditParty
    /// When it was handed over.
    public let createdAt: Timestamp
    /// When it is of no use any more.
    public let expiresAt: Timestamp

    /// Builds a letter.
    public init(
        id: String,
        channel: CodeMessage.Channel,
        purpose: String,
        recipient: String,
        subject: String,
        text: Secret<String>,
        party: AuditParty,
        createdAt: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.channel = channel
        self.purpose = purpose
        self.recipient = recipient
        self.subject = subject
        self.text = text
        self.party = party
        self.createdAt = createdAt
        self.expiresAt = expiresAt
    }

    /// The letter for a code.
    public init(_ message: CodeMessage, _ texts: MessageTexts, id: String) {
        let text = message.code.withExposedValue { code in
            switch message.channel {
            case .sms: texts.sms(code)
            case .email: texts.mail(code, for: message.username)
            }
        }
        self.init(
            id: id,
            channel: message.channel,
            purpose: Letter.codePurpose,
            recipient: message.recipient,
            subject: message.channel == .email ? MessageTexts.subject : "",
            text: Secret(text),
            party: message.party,
            createdAt: message.issuedAt,
            expiresAt: message.issuedAt.advanced(by: VerificationCode.lifetime)
        )
    }

    /// The letter for a notice.
    public init(_ notice: Notice, id: String) {
        self.init(
            id: id,
            channel: .email,
            purpose: notice.purpose.rawValue,
            recipient: notice.recipient,
            subject: notice.purpose.subject,
            text: Secret(notice.mail),
            party: notice.party,
            createdAt: notice.at,
            expiresAt: notice.at.advanced(by: Notice.lifetime)
        )
    }

    /// Whether it carries a code.
    public var isCode: Bool { purpose.utf8.elementsEqual(Letter.codePurpose.utf8) }

    /// Whether it is of use at a moment: neither too old nor, since nobody takes a code that was made while the clock was
    /// ahead, from the future.
    public func isOpen(at now: Timestamp) -> Bool {
        now < expiresAt && !createdAt.isFuture(at: now)
    }
}
