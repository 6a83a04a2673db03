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
    /// How often it was tried.
    public let tries: Int
    /// What became of it.
    public let result: Result

    /// Builds a report; replies and reasons hold no address and no code.
    public init(
        party: AuditParty,
        channel: CodeMessage.Channel,
        purpose: String,
        tries: Int,
        result: Result
    ) {
        self.party = party
        self.channel = channel
        self.purpose = purpose
        self.tries = tries
        self.result = result
    }

    /// Whether the message has not reached, and will not reach, whoever was to have it.
    public var isFailure: Bool {
        switch result {
        case .delivered, .waits: false
        case .refused, .failed, .expired: true
        }
    }

    /// What was said of it, in a few words.
    public var reason: String {
        switch result {
        case .delivered(let text), .refused(let text), .failed(let text), .waits(let text): text
        case .expired: "too late"
        }
    }
}

extension DirectoryAccess {
    /// Records what became of a message; a try that is not the last one is not recorded.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func record(_ report: DeliveryReport) async throws(MusterError) {
        if case .waits = report.result { return }
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
            fields: [
                AuditField("channel", report.channel.rawValue),
                AuditField("purpose", report.purpose), AuditField("tries", "\(report.tries)"),
                AuditField("reply", report.reason),
            ]
        )
        try await store.write { transaction throws(MusterError) in
            try transaction.appendAuditEvent(event)
        }
    }
}
