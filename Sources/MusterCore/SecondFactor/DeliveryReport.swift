/// What became of a message on its way to a user.
public struct DeliveryReport: Sendable, Equatable {
    /// The ends it can come to, and one that is none.
    public enum Result: Sendable, Equatable {
        /// It was taken, with this reply.
        case delivered(String)
        /// It was refused for ever, and why.
        case refused(String)
        /// The last try has failed, and why.
        case failed(String)
        /// It was of no use any more.
        case expired
        /// A try has failed, and there will be another one.
        case waits(String)
    }

    /// Whose account the message is about.
    public let party: AuditParty
    /// The way.
    public let channel: CodeMessage.Channel
    /// `code`, or what the notice is about.
    public let purpose: String
    /// Which message it is: 32 hexadecimal digits, the same in each report of it.
    public let message: String
    /// When it was handed over.
    public let since: Timestamp
    /// When it is of no use any more.
    public let until: Timestamp
    /// How often it was tried.
    public let tries: Int
    /// What became of it.
    public let result: Result
    /// Whether nothing of the kind was reported of the message yet; false of a try that has failed for the same reason as
    /// the one before it.
    public let isNews: Bool

    /// Builds a report; replies and reasons hold no address and no code.
    public init(
        party: AuditParty,
        channel: CodeMessage.Channel,
        purpose: String,
        message: String,
        since: Timestamp,
        until: Timestamp,
        tries: Int,
        result: Result,
        isNews: Bool = true
    ) {
        self.party = party
        self.channel = channel
        self.purpose = purpose
        self.message = message
        self.since = since
        self.until = until
        self.tries = tries
        self.result = result
        self.isNews = isNews
    }

    /// Whether the message waits for another try.
    public var isWaiting: Bool {
        if case .waits = result { true } else { false }
    }

    /// Whether the message has not reached whoever was to have it: this try of it, or for good.
    public var isFailure: Bool {
        if case .delivered = result { false } else { true }
    }

    /// What was said of it, in a few words.
    public var reason: String {
        switch result {
        case .delivered(let text), .refused(let text), .failed(let text), .waits(let text): text
        case .expired: "too late"
        }
    }
}

extension DeliveryReport {
    /// The field that tells when a message that waits was handed over; no other event of a message has it.
    public static let sinceField = "since"
    /// The field that tells when a message that waits is of no use any more; no other event of a message has it.
    public static let untilField = "until"

    /// What the audit log keeps of it.
    var auditFields: [AuditField] {
        let fields = [
            AuditField("channel", channel.rawValue), AuditField("purpose", purpose),
            AuditField("message", message), AuditField("tries", "\(tries)"),
            AuditField("reply", reason),
        ]
        guard isWaiting else { return fields }
        return fields + [
            AuditField(DeliveryReport.sinceField, since.text),
            AuditField(DeliveryReport.untilField, until.text),
        ]
    }
}

extension DirectoryAccess {
    /// Records what became of a message.
    ///
    /// A try that is not the last one is recorded where it tells something new: a message to a server that is down for a
    /// day has one event for that, and not one for each try.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func record(_ report: DeliveryReport) async throws(MusterError) {
        guard report.isNews || !report.isWaiting else { return }
        let event = AuditEvent(
            id: Hex.text(random.bytes(16)),
            at: clock.now(),
            action: .messageDeliver,
            isFailure: report.isFailure,
            actor: nil,
            impersonated: nil,
            address: nil,
            requestID: "delivery",
            target: report.party,
            fields: report.auditFields
        )
        try await store.write { transaction throws(MusterError) in
            try transaction.appendAuditEvent(event)
        }
    }
}
