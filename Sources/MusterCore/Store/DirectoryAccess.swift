/// The directory itself: the store, and what every look at it and every change of it needs.
///
/// It reads and writes for callers, whom it admits again each time, and says what is recorded of their doing. It hashes no
/// passwords, sends nothing and knows no factor: services that do are given the ports for it beside this one, each only its own.
///
/// A class, since every service and every call under way holds it.
public final class DirectoryAccess: Sendable {
    /// Keeps users and all that belongs to them.
    let store: any DirectoryStore
    /// Tells the time.
    let clock: any DirectoryClock
    /// Gives random bytes: names of users, events and tokens.
    let random: any RandomSource
    /// Gives new users their UUIDs.
    let uuids = UUIDRun()
    /// Computes digests, by which what is secret is looked up.
    let digester: any Digester
    /// The rules that can be set.
    let rules: DirectoryRules
    /// What the directory is.
    let identity: DirectoryIdentity
    /// Who was seen last when.
    let activity = ActivityLog()
    /// How often users have changed themselves of late.
    let ownChanges = ChangeBudget()
    /// Whether there is room for what anybody may have written down.
    let diskRoom = DiskRoom()

    init(
        store: any DirectoryStore,
        clock: any DirectoryClock,
        random: any RandomSource,
        digester: any Digester,
        rules: DirectoryRules,
        identity: DirectoryIdentity
    ) {
        self.store = store
        self.clock = clock
        self.random = random
        self.digester = digester
        self.rules = rules
        self.identity = identity
    }
}

extension DirectoryAccess {
    /// An event of a principal's doing, ready to be appended.
    func event(
        _ action: AuditAction,
        by principal: Principal,
        on target: AuditParty?,
        fields: [AuditField] = []
    ) -> AuditEvent {
        AuditAuthor(principal).event(
            action,
            id: Hex.text(random.bytes(16)),
            at: clock.now(),
            on: target,
            fields: fields
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
