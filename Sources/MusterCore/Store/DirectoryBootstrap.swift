import FoundationEssentials

/// The first administrator's secrets, shown once.
public struct BootstrappedDirectory: Sendable {
    /// The administrator.
    public let administrator: User
    /// The pair of API keys.
    public let keys: APIKeyPair
    /// What the directory is.
    public let identity: DirectoryIdentity
}

/// Creates a directory: gives it an identity and its first administrator.
public struct DirectoryBootstrap: Sendable {
    private let store: any DirectoryStore
    private let clock: any DirectoryClock
    private let random: any RandomSource
    private let digester: any Digester

    /// Works on an empty store.
    public init(
        store: any DirectoryStore,
        clock: any DirectoryClock,
        random: any RandomSource,
        digester: any Digester
    ) {
        self.store = store
        self.clock = clock
        self.random = random
        self.digester = digester
    }

    /// Creates the identity and the administrator in one change.
    ///
    /// - Throws: ``MusterError`` with code `directory.initialised` where there is an identity already;
    ///   `store.unavailable`.
    public func create(
        administrator username: Username,
        password: PasswordHash
    ) async throws(MusterError) -> BootstrappedDirectory {
        let pair = APIKeyPair(from: random)
        let digest = digester.digest(of: pair.secretKey)
        let now = clock.now()
        let container = UUID.random(from: random)
        let uuid = UUID.random(from: random)
        let eventID = Hex.text(random.bytes(16))
        let (user, identity) = try await store.write { transaction throws(MusterError) in
            // Where several create one at the same moment, whoever comes later finds its user's name taken, too.
            guard try transaction.identity() == nil else {
                throw .isInitialised
            }
            guard try transaction.userCount() == 0 else { throw .copyIsBegun }
            let draft = UserDraft(username: username, role: .administrator, masks: .all)
            let user = try transaction.insertUser(draft, uuid: uuid, at: now)
            let identity = DirectoryIdentity(uuid: container, createdAt: now, owner: user.id)
            try transaction.insertIdentity(identity)
            try transaction.replacePassword(
                of: user.id,
                with: StoredPassword(hash: password, isTemporary: false, changedAt: now)
            )
            try transaction.replaceAPIKey(
                of: user.id,
                with: StoredAPIKey(accessKey: pair.accessKey, secretDigest: digest, createdAt: now)
            )
            try transaction.appendAuditEvent(
                AuditEvent(
                    id: eventID,
                    at: now,
                    action: .userCreate,
                    isFailure: false,
                    actor: nil,
                    impersonated: nil,
                    address: nil,
                    requestID: "init",
                    target: AuditParty(user),
                    fields: [AuditField("permissions", "\(draft.role.rawValue)")]
                )
            )
            return (user, identity)
        }
        return BootstrappedDirectory(administrator: user, keys: pair, identity: identity)
    }
}
