import FoundationEssentials

/// What a line does.
enum ImportPlan {
    /// Makes a user.
    case creation(ImportAdditions, administersBy: [AdministratorRight])
    /// Changes a user; apart, so that the many plans of new users are small.
    indirect case update(ImportUpdate)
    /// Finds everything as it shall be.
    case nothing(UserID)
    /// Fails.
    case failure(MusterError)

    var isCreation: Bool {
        if case .creation = self { true } else { false }
    }

    var additions: ImportAdditions {
        if case .creation(let additions, _) = self { additions } else { ImportAdditions() }
    }

    /// The groups that were there before, into which it puts somebody.
    var joined: [Group] {
        switch self {
        case .creation(let additions, _): additions.groups
        case .update(let update): update.additions.groups
        case .nothing, .failure: []
        }
    }

    /// The groups that somebody was in before whom it changes so that they show somebody else.
    func changed(at now: Timestamp) -> [UUID] {
        guard case .update(let update) = self else { return [] }
        let after = update.user.applying(update.edit.changes)
        return update.user.isShownOtherwise(as: after, at: now) ? update.user.groups : []
    }

    var outcome: ImportOutcome {
        switch self {
        case .creation(_, let rights): .created(nil, administersBy: rights)
        case .update(let update):
            .updated(
                update.user.id,
                fields: update.allFields,
                administersBy: update.isAboutAdministration ? update.administersBy : []
            )
        case .nothing(let id): .unchanged(id)
        case .failure(let error): .failed(error)
        }
    }
}

extension DirectoryTransaction {
    /// Says, once of each group that was there before, that somebody has come into it, or is shown otherwise.
    ///
    /// Once for all lines, since each time takes a moment of its own: with one for each line a group would be ahead of the clock.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func touchGroups(
        of plans: [ImportPlan],
        _ outcomes: [ImportOutcome],
        at now: Timestamp
    ) throws(MusterError) {
        var touched: Set<UUID> = []
        var joined: [Group] = []
        var changed: [UUID] = []
        for (plan, outcome) in zip(plans, outcomes) {
            if case .failed = outcome { continue }
            joined += plan.joined.filter { touched.insert($0.uuid).inserted }
            changed += plan.changed(at: now).filter { touched.insert($0).inserted }
        }
        if !changed.isEmpty { joined += try groups(changed) }
        try touch(joined, at: now)
    }
}

/// Keys and memberships that a line brings.
struct ImportAdditions {
    var keys: [StoredSSHKey] = []
    var groups: [Group] = []
    /// Groups that are not there yet, or were not when the line was looked at.
    var newGroups: [GroupDraft] = []

    var isEmpty: Bool { keys.isEmpty && groups.isEmpty && newGroups.isEmpty }

    /// Adds them, and returns the groups as they are called.
    func make(
        to user: UserID,
        _ newcomers: inout NewGroups,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> [Group] {
        for key in keys { _ = try transaction.addSSHKey(key, to: user) }
        var joined = groups
        for draft in newGroups { joined.append(try newcomers.group(draft, in: transaction)) }
        for group in joined { _ = try transaction.addMember(user, to: group.id) }
        return joined
    }

    /// What the user is told of them.
    var news: [AccountNews] {
        keys.isEmpty ? [] : [.sshKeysAdded(keys.map(\.fingerprint))]
    }

    /// What the audit log says of them, with the names of the groups.
    func fields(_ groups: [String]) -> [AuditField] {
        keys.map { AuditField("ssh_key.added", $0.fingerprint) }
            + groups.map { AuditField("group.added", $0) }
    }
}

/// The groups that a batch of an import makes, each when its first member comes.
struct NewGroups {
    let run: UserImport
    private var made: [GroupLook: Group] = [:]

    init(_ run: UserImport) {
        self.run = run
    }

    /// The group of a name, made where no line before has made it.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `group.already_exists` or
    ///   `store.unavailable`.
    mutating func group(
        _ draft: GroupDraft,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> Group {
        let look = GroupLook(draft.name)
        if let group = made[look] { return group }
        let group = try run.access.makeGroup(draft, by: run.principal, in: transaction)
        made[look] = group
        return group
    }
}

/// What a line changes of a user who exists.
struct ImportUpdate {
    let user: User
    let edit: UserEdit
    let fields: [AuditField]
    let additions: ImportAdditions
    /// By what the user may administer users afterwards.
    let administersBy: [AdministratorRight]

    /// Whether one of the fields decides who administers.
    var isAboutAdministration: Bool {
        fields.contains { AdministratorRight(rawValue: $0.key) != nil }
    }

    /// The changes, with keys and memberships.
    var allFields: [AuditField] {
        fields + additions.fields(additions.groups.map(\.name) + additions.newGroups.map(\.name))
    }

    /// Refuses what lines before this one, in the same transaction, have made impossible.
    func check(in transaction: any DirectoryReader) throws(MusterError) {
        guard !fields.isEmpty else { return }
        let before = try transaction.existing(.id(user.id))
        try edit.check(before, before.applying(edit.changes), in: transaction)
    }

    /// Makes the change, which was checked: what throws here has left something behind.
    ///
    /// - Returns: What is told of it.
    func make(
        _ run: UserImport,
        _ newGroups: inout NewGroups,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> AccountChange {
        let groups = try additions.make(to: user.id, &newGroups, in: transaction)
        let added = additions.fields(groups.map(\.name))
        if !fields.isEmpty {
            return try edit.make(
                on: try transaction.existing(user),
                more: added,
                in: transaction
            ).change.adding(additions.news)
        }
        if !additions.keys.isEmpty {
            let present = try transaction.existing(.id(user.id))
            try transaction.rewrite(present, at: run.access.clock.now())
        }
        if !added.isEmpty {
            try transaction.appendAuditEvent(
                run.access.event(
                    .userUpdate,
                    by: run.principal,
                    on: AuditParty(user),
                    fields: added
                )
            )
        }
        return AccountChange(of: user, by: run.principal, additions.news)
    }
}
