import TextBytes

/// Decides what a line does, in the directory as it is at one moment.
struct ImportPlanner {
    let run: UserImport
    let reader: any DirectoryReader
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
    /// - Throws: ``MusterError`` with code `store.unavailable`: that is no fault of the line, and a store that has failed may have
    ///   taken back what came before, so that nothing may be written after it.
    func plan(_ candidate: ImportCandidate, known: UserID?) throws(MusterError) -> ImportPlan {
        do {
            return try decide(candidate, known)
        } catch {
            guard error.code != .storeUnavailable else { throw error }
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
