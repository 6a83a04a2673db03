/// The rules that an operator sets.
public struct DirectoryRules: Sendable {
    /// What a new password has to be.
    public var passwords: PasswordPolicy
    /// When failed logins close the password.
    public var lockout: LockoutRule
    /// How much of an address tells sources of logins apart.
    public var networks: SourceNetwork.Widths
    /// How many codes may be sent.
    public var codes: CodeBudget
    /// By which ways codes go out, and to whom.
    public var delivery: DeliveryRules
    /// What phone numbers without a country's prefix get; nil if each has to have its own.
    public var phonePrefix: String?
    /// The address under which people reach the server; nil if none was set.
    public var publicURL: PublicURL?
    /// How many slowed logins may wait; no setting.
    var waitingLogins = WaitingLogins.Limits()
    /// How long a session lasts at most, whatever its user does.
    public var sessionLifetime: Duration
    /// The fewest bits of an RSA key, from 1024.
    public var minimumRSABits: Int
    /// The domains of login names in the Tenable dialect, in lower case; empty means any.
    public var approvedDomains: Set<String>
    /// What ways in do that have no place for a code of their own.
    public var passwordOnlyLogins: PasswordOnlyLogins
    /// What becomes of users with a second factor at a way in that has no place for one: a bind of LDAP.
    public var bindSecondFactor = BindSecondFactor.refuse
    /// What authenticator apps show as the service, at most ``KeyURI/maximumIssuerBytes`` bytes without a colon.
    public var issuer: String

    /// Builds the rules; the defaults are those of the program.
    public init(
        passwords: PasswordPolicy = PasswordPolicy(.basic),
        lockout: LockoutRule = LockoutRule(duration: .seconds(900)),
        networks: SourceNetwork.Widths = SourceNetwork.Widths(),
        codes: CodeBudget = CodeBudget(),
        delivery: DeliveryRules = DeliveryRules(),
        phonePrefix: String? = "+1",
        publicURL: PublicURL? = nil,
        sessionLifetime: Duration = .seconds(86_400),
        minimumRSABits: Int = SSHKeyPolicy.recommendedRSABits,
        approvedDomains: Set<String> = [],
        passwordOnlyLogins: PasswordOnlyLogins = .append,
        issuer: String = "Muster"
    ) {
        self.passwords = passwords
        self.lockout = lockout
        self.networks = networks
        self.codes = codes
        self.delivery = delivery
        self.phonePrefix = phonePrefix
        self.publicURL = publicURL
        self.sessionLifetime = sessionLifetime
        self.minimumRSABits = minimumRSABits
        self.approvedDomains = Set(approvedDomains.map { $0.lowercased() })
        self.passwordOnlyLogins = passwordOnlyLogins
        self.issuer = issuer
    }
}

extension DirectoryRules {
    /// What public keys have to be.
    func sshKeys(_ curves: any CurveChecker) -> SSHKeyPolicy {
        SSHKeyPolicy(minimumRSABits: minimumRSABits, curves: curves)
    }
}
