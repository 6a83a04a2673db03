import TextBytes

/// Decides what a line does, in the directory as it is at one moment.
struct ImportPlanner {
    private let run: UserImport
    private let reader: any DirectoryReader
    /// By name without regard to ASCII case, as stores tell groups apart; empty where no line asks for a group.
    private let groups: [ByteText: Group]

    init(
        _ run: UserImport,
        _ candidates: [ImportCandidate],
        _ reader: any DirectoryReader
    ) throws(MusterError) {
        self.run = run
        self.reader = reader
        let needsGroups = candidates.contains { !$0.line.groups.isEmpty }
        let all = needsGroups ? try reader.groups() : []
        groups = Dictionary(all.map { (ByteText(folding: $0.name), $0) }) { first, _ in first }
    }

    /// What becomes of a line.
    ///
    /// - Parameters:
    ///   - candidate: The line.
    ///   - known: The user of its login name, where there is one.
    /// - Returns: What it would do, or why it fails.
    func plan(_ candidate: ImportCandidate, known: UserID?) -> ImportPlan {
        do {
            return try decide(candidate, known)
        } catch {
            return .failure(error)
        }
    }

    private func decide(
        _ candidate: ImportCandidate,
        _ known: UserID?
    ) throws(MusterError) -> ImportPlan {
        // As on the routes of groups: who administers by masks alone puts nobody into groups.
        if !candidate.line.groups.isEmpty { try run.principal.require(.administrator) }
        let (members, newGroups) = try groups(named: candidate.line.groups)
        guard let known else {
            if run.options.mode == .upsert {
                try run.directory.requireCreatable(candidate.draft, by: run.principal)
            }
            return .creation(
                ImportAdditions(keys: candidate.keys, groups: members, newGroups: newGroups)
            )
        }
        guard run.options.mode == .upsert else { throw .duplicateUsername }
        let before = try reader.existing(.id(known))
        var additions = ImportAdditions(
            keys: [],
            groups: members.filter { !before.groups.contains($0.uuid) },
            newGroups: newGroups
        )
        if !candidate.keys.isEmpty {
            let present = try reader.sshKeys(of: known)
            let held = Set(present.map(\.fingerprint))
            additions.keys = candidate.keys.filter { !held.contains($0.fingerprint) }
            guard present.count + additions.keys.count <= SSHKeyPolicy.maximumKeysPerUser else {
                throw SSHKeyPolicy.tooMany
            }
            if !additions.keys.isEmpty { try run.principal.requirePower(over: before) }
        }
        return try update(candidate, before, additions)
    }

    private func update(
        _ candidate: ImportCandidate,
        _ before: User,
        _ additions: ImportAdditions
    ) throws(MusterError) -> ImportPlan {
        var hash = candidate.hash
        if let text = hash, try reader.password(of: before.id)?.hash == text { hash = nil }
        let isTemporary = candidate.line.isPasswordTemporary
        let edit = UserEdit(
            directory: run.directory,
            principal: run.principal,
            changes: candidate.line.changes,
            hash: hash,
            isTemporary: isTemporary
        )
        let after = before.applying(edit.changes)
        let hasPassword = hash != nil || candidate.needsHashing
        if hasPassword {
            try run.principal.requirePower(over: before)
            guard run.principal.isMachine || !run.principal.isOwn(before) else {
                throw CurrentPassword.refusal
            }
        }
        try edit.check(before, after, in: reader)
        var fields = after.auditFields(changedFrom: before)
        if hasPassword {
            fields.append(AuditField("password", isTemporary ? "temporary" : "changed"))
        }
        guard !fields.isEmpty || !additions.isEmpty else { return .nothing(before.id) }
        return .update(
            ImportUpdate(user: before, edit: edit, fields: fields, additions: additions)
        )
    }

    /// The groups of some names, and those that are to be made.
    private func groups(
        named names: [String]
    ) throws(MusterError) -> (found: [Group], new: [GroupDraft]) {
        var found: [Group] = []
        var new: [GroupDraft] = []
        for name in names {
            // No group has a longer name.
            if name.utf8.count <= Group.maximumNameBytes,
                let group = groups[ByteText(folding: name)]
            {
                found.append(group)
            } else if run.options.createsGroups {
                new.append(try ImportPlanner.draft(name))
            } else {
                throw MusterError(
                    .groupNotFound,
                    "The group \(name.head().debugDescription) does not exist. Make it first, or import with "
                        + "create_groups=true (--create-groups).",
                    details: ["field": "groups"]
                )
            }
        }
        return (found, new)
    }

    private static func draft(_ name: String) throws(MusterError) -> GroupDraft {
        do {
            let draft = try GroupDraft(name: name, isManagedBySAML: nil)
            try GroupService.refuseBuiltInName(name)
            return draft
        } catch {
            throw MusterError(
                error.code,
                "The group \(name.head().debugDescription) cannot be made: \(error.message)",
                details: ["field": "groups"]
            )
        }
    }
}

/// What a line does.
enum ImportPlan {
    /// Makes a user.
    case creation(ImportAdditions)
    /// Changes a user.
    case update(ImportUpdate)
    /// Finds everything as it shall be.
    case nothing(UserID)
    /// Fails.
    case failure(MusterError)

    var isCreation: Bool {
        if case .creation = self { true } else { false }
    }

    var additions: ImportAdditions {
        if case .creation(let additions) = self { additions } else { ImportAdditions() }
    }

    var outcome: ImportOutcome {
        switch self {
        case .creation: .created(nil)
        case .update(let update): .updated(update.user.id, fields: update.allFields)
        case .nothing(let id): .unchanged(id)
        case .failure(let error): .failed(error)
        }
    }
}

/// Keys and memberships that a line brings.
struct ImportAdditions {
    var keys: [StoredSSHKey] = []
    var groups: [Group] = []
    /// Groups that are not there yet, or were not when the line was looked at.
    var newGroups: [GroupDraft] = []

    var isEmpty: Bool { keys.isEmpty && groups.isEmpty && newGroups.isEmpty }

    func make(
        to user: UserID,
        _ newcomers: inout NewGroups,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) {
        for key in keys { _ = try transaction.addSSHKey(key, to: user) }
        for group in groups { _ = try transaction.addMember(user, to: group.id) }
        for draft in newGroups {
            let group = try newcomers.group(draft, in: transaction)
            _ = try transaction.addMember(user, to: group.id)
        }
    }
}

/// The groups that a batch of an import makes, each when its first member comes.
struct NewGroups {
    let run: UserImport
    private var made: [ByteText: Group] = [:]

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
        let name = ByteText(folding: draft.name)
        if let group = made[name] { return group }
        let group = try run.directory.makeGroup(draft, by: run.principal, in: transaction)
        made[name] = group
        return group
    }
}

/// What a line changes of a user who exists.
struct ImportUpdate {
    let user: User
    let edit: UserEdit
    let fields: [AuditField]
    let additions: ImportAdditions

    /// The changes, with keys and memberships.
    var allFields: [AuditField] { fields + additionFields }

    private var additionFields: [AuditField] {
        additions.keys.map { AuditField("ssh_key.added", $0.fingerprint) }
            + additions.groups.map { AuditField("group.added", $0.name) }
            + additions.newGroups.map { AuditField("group.added", $0.name) }
    }

    func make(
        _ run: UserImport,
        _ newGroups: inout NewGroups,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) {
        if !fields.isEmpty {
            _ = try edit.make(on: user.id, more: additionFields, in: transaction)
            try additions.make(to: user.id, &newGroups, in: transaction)
            return
        }
        guard !additions.isEmpty else { return }
        try additions.make(to: user.id, &newGroups, in: transaction)
        try transaction.appendAuditEvent(
            run.directory.event(
                .userUpdate,
                by: run.principal,
                on: AuditParty(user),
                fields: additionFields
            )
        )
    }
}
