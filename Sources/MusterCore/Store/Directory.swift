/// The ports and rules that every service works with.
///
/// Built once, where the program is put together.
public struct Directory: Sendable {
    /// Keeps users and all that belongs to them.
    public let store: any DirectoryStore
    /// Tells the time.
    public let clock: any DirectoryClock
    /// Gives random bytes.
    public let random: any RandomSource
    /// Computes digests.
    public let digester: any Digester
    /// Knows elliptic curves.
    public let curves: any CurveChecker
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
    /// How many password checks have failed of late.
    public let throttle: FailureThrottle
    /// What was refused because there was too much to do, until it is told.
    public let refusals: RefusalTally

    /// Puts the ports together.
    public init(
        store: any DirectoryStore,
        clock: any DirectoryClock,
        random: any RandomSource,
        digester: any Digester,
        curves: any CurveChecker,
        hasher: any PasswordHasher,
        codeSender: any CodeSender,
        rules: DirectoryRules,
        identity: DirectoryIdentity
    ) {
        self.store = store
        self.clock = clock
        self.random = random
        self.digester = digester
        self.curves = curves
        self.hasher = hasher
        self.codeSender = codeSender
        self.rules = rules
        self.identity = identity
        activity = ActivityLog()
        impersonations = ImpersonationLog()
        throttle = FailureThrottle()
        refusals = RefusalTally()
    }
}

/// The rules that an operator sets.
public struct DirectoryRules: Sendable {
    /// What a new password has to be.
    public var passwords: PasswordPolicy
    /// When failed logins close the password door.
    public var lockout: LockoutRule
    /// How long a session lasts at most, whatever its user does.
    public var sessionLifetime: Duration
    /// The fewest bits of an RSA key, from 1024.
    public var minimumRSABits: Int
    /// The domains of login names in the Tenable dialect, in lower case; empty means any.
    public var approvedDomains: Set<String>

    /// Builds the rules; the defaults are those of the program.
    public init(
        passwords: PasswordPolicy = PasswordPolicy(.basic),
        lockout: LockoutRule = LockoutRule(duration: .seconds(900)),
        sessionLifetime: Duration = .seconds(86_400),
        minimumRSABits: Int = SSHKeyPolicy.recommendedRSABits,
        approvedDomains: Set<String> = []
    ) {
        self.passwords = passwords
        self.lockout = lockout
        self.sessionLifetime = sessionLifetime
        self.minimumRSABits = minimumRSABits
        self.approvedDomains = Set(approvedDomains.map { $0.lowercased() })
    }
}

extension DirectoryRules {
    /// What public keys have to be.
    func sshKeys(_ curves: any CurveChecker) -> SSHKeyPolicy {
        SSHKeyPolicy(minimumRSABits: minimumRSABits, curves: curves)
    }
}

extension Directory {
    /// Makes a change for a principal, unless users have changed since the revision that it names.
    func change<Result: Sendable>(
        by principal: Principal,
        _ body: @escaping @Sendable (any DirectoryTransaction) throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let expected = principal.origin.expectedRevision
        return try await store.write { transaction throws(MusterError) in
            if let expected, try transaction.revision() != expected {
                throw MusterError(
                    .revisionChanged,
                    "Users were changed in another session. Read them again."
                )
            }
            return try body(transaction)
        }
    }

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
            actor: AuditParty(principal.impersonator ?? principal.user),
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
        origin: Origin,
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
