public import MusterCore

/// A directory with an administrator, for tests of whatever stands on it.
///
/// Everything in it is in memory and repeatable: the clock stands, the random bytes are seeded, passwords
/// cost nothing, codes are kept. Any port can be another one; a store that is not named is one of ``TestStores``.
public struct TestDirectory: Sendable {
    /// The login name of the administrator.
    public static let administratorName = "admin@example.com"
    /// The password of the administrator.
    public static let administratorPassword = Secret("Correct-Horse-7")
    /// Where callers come from unless said otherwise: 192.0.2.1 (RFC 5737).
    public static let address = IPAddress(v4: 0xC000_0201)
    /// The number of the request unless said otherwise.
    public static let requestID = String(repeating: "0", count: 31) + "1"

    /// The directory.
    public let directory: Directory
    /// Its clock.
    public let clock: FixedClock
    /// Its codes.
    public let codes: CapturingCodeSender
    /// The administrator made with the directory, who owns it.
    public let administrator: User
    /// The administrator's API keys.
    public let administratorKeys: APIKeyPair

    /// Creates a directory.
    ///
    /// - Throws: What the store or the hasher throws.
    public init(
        rules: DirectoryRules = DirectoryRules(),
        store: (any DirectoryStore)? = nil,
        spools: any ImportSpools = MemorySpools(),
        digester: any Digester = PlainDigester(),
        curves: any CurveChecker = TrustingCurves(),
        cryptography: any FactorCryptography = PlainFactorCryptography(),
        hasher: any PasswordHasher = InstantHasher()
    ) async throws(MusterError) {
        let store = if let store { store } else { try TestStores.make() }
        clock = FixedClock()
        codes = CapturingCodeSender()
        let random = SeededRandom()
        let created = try await DirectoryBootstrap(
            store: store,
            clock: clock,
            random: random,
            digester: digester
        ).create(
            administrator: Username(stored: TestDirectory.administratorName),
            password: try await hasher.hash(TestDirectory.administratorPassword)
        )
        administrator = created.administrator
        administratorKeys = created.keys
        directory = Directory(
            store: store,
            spools: spools,
            clock: clock,
            random: random,
            digester: digester,
            curves: curves,
            cryptography: cryptography,
            hasher: hasher,
            codeSender: codes,
            rules: rules,
            identity: created.identity
        )
    }

    /// Where a caller comes from.
    public static func origin(_ address: IPAddress? = TestDirectory.address) -> RequestSource {
        RequestSource(address: address, requestID: TestDirectory.requestID)
    }

    /// Creates a user by the administrator's hand.
    ///
    /// - Throws: What ``UserService`` throws.
    public func makeUser(
        _ username: String,
        role: Role = .basic,
        password: Secret<String> = TestDirectory.administratorPassword
    ) async throws(MusterError) -> User {
        try await users.create(by: asAdministrator) { () throws(MusterError) in
            (UserDraft(username: try Username(username), role: role), password)
        }
    }

    /// The user as it is now.
    ///
    /// - Throws: ``MusterError`` with code `user.not_found` or `store.unavailable`.
    public func current(_ user: User) async throws(MusterError) -> User {
        try await users.details(.user(.id(user.id)), by: asAdministrator)
    }

    /// Writes a user as it is given, past all rules but the store's.
    ///
    /// - Throws: What the store throws.
    public func overwrite(_ user: User) async throws(MusterError) {
        let now = clock.now()
        try await directory.store.write { transaction throws(MusterError) in
            try transaction.updateUser(user, at: now)
        }
    }

    /// The whole audit log, oldest first.
    ///
    /// - Throws: What the store throws.
    public func auditEvents() async throws(MusterError) -> [AuditEvent] {
        try await directory.store.read(.unbounded) { reader throws(MusterError) in
            try reader.auditEvents(AuditQuery(limit: AuditQuery.maximumLimit))
        }
    }
}
