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
        /// The password was changed.
        case passwordChanged = "password_changed"
        /// The address to which messages go was changed; told to the former one.
        case emailChanged = "email_changed"
        /// Codes by e-mail or SMS were switched on or off.
        case codesChanged = "codes_changed"
        /// The phone for codes was added or changed.
        case phoneChanged = "phone_changed"
        /// A pair of API keys was made, which ends the former one.
        case keysReplaced = "api_keys_replaced"
        /// The pair of API keys was taken away.
        case keysRevoked = "api_keys_revoked"
        /// A public key for SSH was added.
        case sshKeyAdded = "ssh_key_added"
        /// A public key for SSH was removed.
        case sshKeyRemoved = "ssh_key_removed"
        /// The login name was changed.
        case loginNameChanged = "login_name_changed"
        /// Password, API keys or single sign-on were permitted or forbidden.
        case waysInChanged = "ways_in_changed"
        /// From where the account may be entered was changed.
        case hostsChanged = "hosts_changed"
        /// That the account has to have a second factor was set, or taken back.
        case factorRequirementChanged = "factor_requirement_changed"
        /// It was given a higher role, or more bits of the masks.
        case rightsRaised = "rights_raised"
        /// Its sessions and keys rest for longer before they end, or it expires later.
        case stayLengthened = "stay_lengthened"
        /// Its home directory or login shell was changed, as LDAP tells machines of them.
        case machineAccountChanged = "machine_account_changed"
        /// It was enabled again.
        case enabled
        /// Several changes of which its owner was not told one by one.
        case several

        /// What stands in the subject of the mail.
        public var subject: String {
            switch self {
            case .factorAdded: "A second factor was added to your Muster account"
            case .factorRemoved: "A second factor was removed from your Muster account"
            case .recoveryUsed: "A recovery code of your Muster account was used"
            case .recoveryRenewed: "Your Muster account has new recovery codes"
            case .passwordChanged: "The password of your Muster account was changed"
            case .emailChanged: "The e-mail address of your Muster account was changed"
            case .codesChanged: "How codes of your Muster account are sent was changed"
            case .phoneChanged: "The phone of your Muster account was changed"
            case .keysReplaced: "New API keys were made for your Muster account"
            case .keysRevoked: "The API keys of your Muster account were revoked"
            case .sshKeyAdded: "An SSH key was added to your Muster account"
            case .sshKeyRemoved: "An SSH key was removed from your Muster account"
            case .loginNameChanged: "The login name of your Muster account was changed"
            case .waysInChanged: "By what your Muster account may be entered was changed"
            case .hostsChanged: "From where your Muster account may be entered was changed"
            case .factorRequirementChanged:
                "Whether your Muster account must have a second factor was changed"
            case .rightsRaised: "Your Muster account was given more rights"
            case .stayLengthened: "Your Muster account stays open for longer"
            case .machineAccountChanged: "How machines open your Muster account was changed"
            case .enabled: "Your Muster account was enabled again"
            case .several: "There were more changes of your Muster account"
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
