/// Brings many users into the directory by the rules that hold for each single one.
public struct ImportService: Sendable {
    /// How many lines one change of the store carries; fewer where they make more rows than one each.
    ///
    /// Whoever writes meanwhile waits for as long as that takes, some tenths of a second.
    public static let batchSize = 10_000
    /// How many bytes of lines (``ImportCandidate/bytes``) one change of the store carries: more than so many lines with
    /// names, addresses and hashes have.
    public static let batchBytes = 8_388_608

    private let access: DirectoryAccess
    private let hasher: any PasswordHasher
    private let curves: any CurveChecker
    private let spools: any ImportSpools
    private let shares: CallerShares
    private let refusals: RefusalTally
    private let notices: AccountNotices

    init(
        _ access: DirectoryAccess,
        hasher: any PasswordHasher,
        curves: any CurveChecker,
        spools: any ImportSpools,
        shares: CallerShares,
        refusals: RefusalTally,
        notices: AccountNotices
    ) {
        self.access = access
        self.hasher = hasher
        self.curves = curves
        self.spools = spools
        self.shares = shares
        self.refusals = refusals
        self.notices = notices
    }

    /// Begins an import, for administrators; it ends when nothing holds what is returned any more.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `server.overloaded` where too many of the caller's are under way, or what `options` throws.
    public func begin(
        by principal: Principal,
        _ options: () throws(MusterError) -> ImportOptions
    ) throws(MusterError) -> UserImport {
        try principal.requireAdministrator()
        guard principal.origin.condition?.expected == nil else {
            throw .invalid(
                "If-Match",
                "an import changes users many times; send it without If-Match",
                rule: "does not go with an import, which changes users many times"
            )
        }
        let asked = try options()
        return UserImport(
            access: access,
            hasher: hasher,
            curves: curves,
            spools: spools,
            refusals: refusals,
            notices: notices,
            principal: principal,
            options: asked,
            share: try shares.take(principal.actor.id)
        )
    }
}
