/// What the program is put together of: the ports and the rules, and each service made of those that it needs.
///
/// Built once. Services do not know it: `Directory+Services.swift` hands each of them its parts, and is the place where one
/// sees what a service can do.
///
/// A class, since every front holds it, and two dozen parts would be counted each time.
public final class Directory: Sendable {
    /// The store, and what each look and change needs.
    public let access: DirectoryAccess
    /// Makes places for imports that wait.
    public let spools: any ImportSpools
    /// Knows elliptic curves.
    public let curves: any CurveChecker
    /// Computes what authenticators compute.
    public let cryptography: any FactorCryptography
    /// Sends verification codes.
    public let codeSender: any CodeSender
    /// Who acts in whose name.
    public let impersonations = ImpersonationLog()
    /// What was refused because there was too much to do, until it is told.
    public let refusals = RefusalTally()
    /// Who came in and who was refused, counted.
    public let signIns = SignInTally()
    /// What was asked over LDAP, counted.
    public let directoryOperations = OperationTally()
    /// Where passwords are hashed and tried.
    let passwords: PasswordChecks
    /// Tells owners of what was changed for them.
    let notices: AccountNotices
    /// How many questions about passwords were answered with no of late.
    let questions = QuestionThrottle()
    /// How many imports each caller has under way, of whatever kind.
    let importShares = ImportShares.places()

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
        access = DirectoryAccess(
            store: store,
            clock: clock,
            random: random,
            digester: digester,
            rules: rules,
            identity: identity
        )
        passwords = PasswordChecks(hasher, rules.waitingLogins)
        notices = AccountNotices(codeSender, rules.delivery, clock)
        self.spools = spools
        self.curves = curves
        self.cryptography = cryptography
        self.codeSender = codeSender
    }
}

extension Directory {
    /// Keeps users and all that belongs to them.
    public var store: any DirectoryStore { access.store }
    /// Tells the time.
    public var clock: any DirectoryClock { access.clock }
    /// Gives random bytes.
    public var random: any RandomSource { access.random }
    /// Computes digests.
    public var digester: any Digester { access.digester }
    /// Hashes passwords.
    public var hasher: any PasswordHasher { passwords.hasher }
    /// The rules that can be set.
    public var rules: DirectoryRules { access.rules }
    /// What the directory is.
    public var identity: DirectoryIdentity { access.identity }
    /// Who was seen last when.
    public var activity: ActivityLog { access.activity }
}

extension Directory {
    /// Records of whom notices were held back, and tells those who have waited long enough; or, when the server stops, all.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func settleNotices(all: Bool = false) async throws(MusterError) {
        try await notices.settle(access, all: all)
    }
}
