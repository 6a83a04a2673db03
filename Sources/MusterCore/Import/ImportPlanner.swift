import TextBytes

/// Decides what a line does, in the directory as it is at one moment.
struct ImportPlanner {
    private let run: UserImport
    private let reader: any DirectoryReader
    /// Those that lines name, by the bytes of the names there.
    private let groups: [ByteText: Group]

    init(
        _ run: UserImport,
        _ candidates: [ImportCandidate],
        _ reader: any DirectoryReader
    ) throws(MusterError) {
        self.run = run
        self.reader = reader
        groups = try ImportPlanner.groups(of: candidates, reader)
    }

    private static func groups(
        of candidates: [ImportCandidate],
        _ reader: any DirectoryReader
    ) throws(MusterError) -> [ByteText: Group] {
        var found: [ByteText: Group] = [:]
        var asked: Set<ByteText> = []
        for candidate in candidates {
            for name in candidate.line.groups where asked.insert(ByteText(name)).inserted {
                // No group has a longer name, and long texts take long.
                guard name.utf8.count <= Group.maximumNameBytes else { continue }
                found[ByteText(name)] = try reader.group(.name(name))
            }
        }
        return found
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
        let (members, newGroups) = try groups(named: candidate.line.groups)
        guard let known else {
            if run.options.mode == .upsert {
                try run.access.requireCreatable(candidate.draft, by: run.principal)
            }
            return .creation(
                ImportAdditions(keys: candidate.keys, groups: members, newGroups: newGroups),
                administersBy: candidate.administratorRights
            )
        }
        guard run.options.mode == .upsert else { throw run.taken(candidate.username) }
        let before = try reader.existing(.id(known))
        var additions = ImportAdditions(
            keys: [],
            groups: members.filter { !before.groups.contains($0.uuid) },
            newGroups: newGroups
        )
        // As on the routes of groups (``GroupService/setMembership(of:in:isMember:by:)``).
        if !additions.groups.isEmpty || !newGroups.isEmpty {
            try run.principal.requirePower(over: before)
        }
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
        let known = candidate.line.person == nil ? nil : try reader.person(of: before.id)
        let person = try candidate.line.person?.revised(known)
        let edit = UserEdit(
            access: run.access,
            principal: run.principal,
            changes: candidate.line.changes,
            hash: hash,
            isTemporary: isTemporary,
            person: person == known ? nil : person,
            formerPerson: known
        )
        let after = before.applying(edit.changes)
        let hasPassword = hash != nil || candidate.needsHashing
        if hasPassword {
            try run.principal.requirePower(over: before)
            guard run.principal.isMachine || !run.principal.isOwn(before) else {
                throw UserImport.ownPassword
            }
        }
        do {
            try edit.check(before, after, in: reader)
        } catch {
            // There is no place for the present password in a line.
            throw error.code == .currentPasswordInvalid ? UserImport.ownAddress : error
        }
        try requireAdministrationKept(candidate.line, before, after)
        var fields = after.auditFields(changedFrom: before)
        if hasPassword {
            fields.append(AuditField("password", isTemporary ? "temporary" : "changed"))
        }
        fields += Person.auditFields(edit.person, changedFrom: known)
        guard !fields.isEmpty || !additions.isEmpty else { return .nothing(before.id) }
        return .update(
            ImportUpdate(
                user: before,
                edit: edit,
                fields: fields,
                additions: additions,
                administersBy: after.administratorRights
            )
        )
    }

    /// Refuses to take the administration of users from the caller, where it has not said that it means to.
    private func requireAdministrationKept(
        _ line: ImportLine,
        _ before: User,
        _ after: User
    ) throws(MusterError) {
        guard run.options.keepsAdministration, run.principal.isOwn(before),
            !before.administratorRights.isEmpty, after.administratorRights.isEmpty
        else { return }
        throw MusterError(
            .ownAccount,
            "This user is yourself, and may not administer users afterwards. Import without "
                + "keep_administration=true (with --yes) to go on."
        )
        .at(
            line.changes.role == nil ? "writebm" : line.roleField,
            "would take the administration of users from yourself. Import without keep_administration=true (with --yes) to go on."
        )
    }

    /// The groups of some names, each once, and those that are to be made.
    private func groups(
        named names: [String]
    ) throws(MusterError) -> (found: [Group], new: [GroupDraft]) {
        var found: [Group] = []
        var new: [GroupDraft] = []
        var (ids, looks): (Set<GroupID>, Set<GroupLook>) = ([], [])
        for name in names {
            if let group = groups[ByteText(name)] {
                if ids.insert(group.id).inserted { found.append(group) }
                continue
            }
            let isShort = name.utf8.count <= Group.maximumNameBytes
            guard run.options.createsGroups || isShort && GroupLook(name) == .everyone else {
                throw MusterError(
                    .groupNotFound,
                    "The group \(name.quoted()) does not exist. Make it first, or import with "
                        + "create_groups=true (--create-groups)."
                )
                .at(
                    "groups",
                    "names \(name.quoted()), which does not exist. Make it first, or import with create_groups=true (--create-groups)."
                )
            }
            let draft = try ImportPlanner.draft(name)
            if looks.insert(GroupLook(draft.name)).inserted { new.append(draft) }
        }
        return (found, new)
    }

    private static func refuseEveryone(_ name: String) throws(MusterError) {
        guard GroupLook(name) != .everyone else {
            throw MusterError(.groupAlreadyExists, "everybody is in All Users. Leave it out.")
        }
    }

    private static func draft(_ name: String) throws(MusterError) -> GroupDraft {
        do {
            let draft = try GroupDraft(name: name, isManagedBySAML: nil)
            try ImportPlanner.refuseEveryone(name)
            return draft
        } catch {
            throw MusterError(
                error.code,
                "The group \(name.quoted()) cannot be made: \(error.message)"
            )
            .at("groups", "must not name \(name.quoted()), which cannot be made: \(error.message)")
        }
    }
}
