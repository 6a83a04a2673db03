/// The ports and rules that every service works with.
///
/// Built once, where the program is put together. A class, since every service and every call under way holds it, and
/// two dozen parts would be counted each time.
public final class Directory: Sendable {
    /// Keeps users and all that belongs to them.
    public let store: any DirectoryStore
    /// Makes places for imports that wait.
    public let spools: any ImportSpools
    /// Tells the time.
    public let clock: any DirectoryClock
    /// Gives random bytes.
    public let random: any RandomSource
    /// Computes digests.
    public let digester: any Digester
    /// Knows elliptic curves.
    public let curves: any CurveChecker
    /// Computes what authenticators compute.
    public let cryptography: any FactorCryptography
    /// Hashes passwords.
    public let hasher: any PasswordHasher
    /// Sends verification codes.
    public let codeSender: any CodeSender
    /// The rules that can be set.
    public let rules: DirectoryRules
    /// What the directory is.
    public let identity: DirectoryIdentity
    /// Who was seen last when.
    public let activity: ActivityLog
    /// Who acts in whose name.
    public let impersonations: ImpersonationLog
    /// How many questions about passwords were answered with no of late.
    let questions: QuestionThrottle
    /// Lets passwords be tried only as many at a time as may still fail.
    let guesses: GuessGate
    /// Slows logins to accounts that are tried from many networks.
    let pace: LoginPace
    /// The places of those whom it lets wait.
    let waitingLogins: WaitingLogins
    /// How many imports each caller has under way, of whatever kind.
    let importShares: CallerShares
    /// Lets refusals wait, as many at a time as passwords may be tried.
    let lateAnswers: GuessGate
    /// Failed logins by the name that was typed.
    let triedNames: TriedNames
    /// How often users have changed themselves of late.
    let ownChanges: ChangeBudget
    /// How often users were told of changes of late.
    let notices: NoticeBudget
    /// Whether there is room for what anybody may have written down.
    let diskRoom: DiskRoom
    /// What was refused because there was too much to do, until it is told.
    public let refusals: RefusalTally
    /// Who came in and who was refused, counted.
    public let signIns: SignInTally

    /// Puts the ports together.
    public init(
        store: any DirectoryStore,
        spools: any ImportSpools,
        clock: any DirectoryClock,
        random: any RandomSource,
        digester: any Digester,
        curves: any CurveChecker,
        cryptography: any FactorCryptography,
        hasher: any PasswordHasher,
        codeSender: any CodeSender,
        rules: DirectoryRules,
        identity: DirectoryIdentity
    ) {
        self.store = store
        self.spools = spools
        self.clock = clock
        self.random = random
        self.digester = digester
        self.curves = curves
        self.cryptography = cryptography
        self.hasher = hasher
        self.codeSender = codeSender
        self.rules = rules
        self.identity = identity
        activity = ActivityLog()
        impersonations = ImpersonationLog()
        questions = QuestionThrottle()
        guesses = GuessGate()
        pace = LoginPace()
        waitingLogins = WaitingLogins(rules.waitingLogins)
        importShares = ImportShares.places()
        lateAnswers = GuessGate()
        triedNames = TriedNames()
        ownChanges = ChangeBudget()
        notices = NoticeBudget()
        diskRoom = DiskRoom()
        refusals = RefusalTally()
        signIns = SignInTally()
    }
}

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
    /// What phone numbers without a country's prefix get; nil where each has to have its own.
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
    public var passwordOnlyDoors: PasswordOnlyDoors
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
        passwordOnlyDoors: PasswordOnlyDoors = .append,
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
        self.passwordOnlyDoors = passwordOnlyDoors
        self.issuer = issuer
    }
}

extension DirectoryRules {
    /// What public keys have to be.
    func sshKeys(_ curves: any CurveChecker) -> SSHKeyPolicy {
        SSHKeyPolicy(minimumRSABits: minimumRSABits, curves: curves)
    }
}

extension Directory {
    /// An event of a principal's doing, ready to be appended.
    func event(
        _ action: AuditAction,
        by principal: Principal,
        on target: AuditParty?,
        fields: [AuditField] = []
    ) -> AuditEvent {
        AuditEvent(
            id: Hex.text(random.bytes(16)),
            at: clock.now(),
            action: action,
            isFailure: false,
            actor: AuditParty(principal.actor),
            impersonated: principal.impersonator == nil ? nil : AuditParty(principal.user),
            address: principal.origin.address?.description,
            requestID: principal.origin.requestID,
            target: target,
            fields: fields + principal.auditFields
        )
    }

    /// An event of somebody's doing who has not come in through authentication.
    func event(
        _ action: AuditAction,
        isFailure: Bool = false,
        actor: AuditParty?,
        origin: RequestSource,
        on target: AuditParty?,
        fields: [AuditField] = []
    ) -> AuditEvent {
        AuditEvent(
            id: Hex.text(random.bytes(16)),
            at: clock.now(),
            action: action,
            isFailure: isFailure,
            actor: actor,
            impersonated: nil,
            address: origin.address?.description,
            requestID: origin.requestID,
            target: target,
            fields: fields
        )
    }
}
