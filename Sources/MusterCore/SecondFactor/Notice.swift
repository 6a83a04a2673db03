import TextBytes

/// Tells a user by e-mail what became of the ways into its account, so that nobody changes them unseen (NIST SP 800-63B-4
/// section 4.6).
public struct Notice: Sendable, Equatable {
    /// What happened.
    public enum Purpose: String, Sendable, CaseIterable {
        /// A second factor was added.
        case factorAdded = "factor_added"
        /// A second factor was removed, or all of them.
        case factorRemoved = "factor_removed"
        /// A recovery code was used.
        case recoveryUsed = "recovery_used"
        /// New recovery codes were made, which end the old ones.
        case recoveryRenewed = "recovery_renewed"

        /// What stands in the subject of the mail.
        public var subject: String {
            switch self {
            case .factorAdded: "A second factor was added to your Muster account"
            case .factorRemoved: "A second factor was removed from your Muster account"
            case .recoveryUsed: "A recovery code of your Muster account was used"
            case .recoveryRenewed: "Your Muster account has new recovery codes"
            }
        }
    }

    /// How long it is tried to deliver a notice.
    public static let lifetime = Duration.seconds(86_400)
    /// The longest text, in bytes.
    public static let maximumTextBytes = 2_000

    /// What happened.
    public let purpose: Purpose
    /// The e-mail address.
    public let recipient: String
    /// Whose account it is, as the audit log names users.
    public let party: AuditParty
    /// What is told of it, in sentences; no secret, no link.
    public let text: String
    /// When it happened.
    public let at: Timestamp

    /// Builds a notice.
    ///
    /// Of the text the first ``maximumTextBytes`` bytes are sent.
    public init(
        purpose: Purpose,
        recipient: String,
        party: AuditParty,
        text: String,
        at: Timestamp
    ) {
        self.purpose = purpose
        self.recipient = recipient
        self.party = party
        self.text = text.head(Notice.maximumTextBytes)
        self.at = at
    }

    /// The whole of the mail: lines, without their ends.
    public var mail: String {
        """
        \(text)

        Account: \(party.name)
        Time: \(at.text)

        If this was not you, change your password and tell whoever runs the server.
        """
    }
}

extension Directory {
    /// Sends a notice to a user's e-mail address, if mail can go there.
    ///
    /// To be called when the change is committed. A notice that cannot be handed over is dropped, and whoever carries
    /// messages has said so in the log: a change that was made is not taken back because of it.
    func notify(_ user: User, _ purpose: Notice.Purpose, _ text: String) async {
        guard rules.delivery.isEmailOn, rules.delivery.canMail(to: user.displayEmail) else {
            return
        }
        let notice = Notice(
            purpose: purpose,
            recipient: user.displayEmail,
            party: AuditParty(user),
            text: text,
            at: clock.now()
        )
        try? await codeSender.send(notice)
    }
}
