public import FoundationEssentials

/// A group with its members.
public struct GroupWithMembers: Sendable {
    /// What is read of the members.
    public enum Listing: Sendable {
        /// Nothing.
        case nobody
        /// Who they are.
        case uuids
        /// Who they are, and the names that are shown for them.
        case names
    }

    /// The group.
    public var group: Group
    /// The members, in order of their numbers; nil if they were not asked for.
    public var members: [UUID]?
    /// The names to show for ``members``, in the same order; nil if they were not asked for.
    public var names: [String]?

    /// Puts a group and its members together.
    public init(group: Group, members: [UUID]?, names: [String]? = nil) {
        self.group = group
        self.members = members
        self.names = names
    }
}

extension DirectoryReader {
    /// How many members are read at a time for their names.
    private static var membersAtOnce: Int { 500 }

    /// A group with as much of its members as is wanted.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func members(
        of group: Group,
        _ listing: GroupWithMembers.Listing
    ) throws(MusterError) -> GroupWithMembers {
        switch listing {
        case .nobody: return GroupWithMembers(group: group, members: nil)
        case .uuids:
            return GroupWithMembers(group: group, members: try memberUUIDs(of: group.id))
        case .names:
            var query = UserQuery(limit: Self.membersAtOnce)
            query.group = group.id
            var (members, names): ([UUID], [String]) = ([], [])
            while true {
                let users = try users(query)
                for user in users {
                    members.append(user.uuid)
                    names.append(user.displayName)
                }
                guard users.count == query.limit, let last = users.last else { break }
                query.after = last.id
            }
            return GroupWithMembers(group: group, members: members, names: names)
        }
    }
}

/// What becomes of a group.
public struct GroupRevision: Sendable {
    /// A step of what becomes of the members.
    public enum Step: Sendable, Equatable {
        /// These come in; who is in stays.
        case add([UUID])
        /// These go; who is not in is passed over.
        case remove([UUID])
        /// These are in, and nobody else.
        case replace([UUID])
    }

    /// The new name; nil if it stays.
    public var draft: GroupDraft?
    /// The new identifier of another system; nil if it stays, and nil inside if there is none any more.
    public var externalID: String??
    /// What becomes of the members, one step after the other.
    public var steps: [Step] = []

    /// Builds a revision in which nothing changes.
    public init() {}
}

extension GroupService {
    /// A group with its members, for whoever may look at groups.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `group.not_found` or
    ///   `store.unavailable`.
    public func withMembers(
        _ uuid: UUID,
        listing: GroupWithMembers.Listing,
        by principal: Principal
    ) async throws(MusterError) -> GroupWithMembers {
        try await access.look(by: principal) { caller, reader throws(MusterError) in
            try caller.requireReader()
            guard uuid != Group.everyoneUUID else { throw .noSuchGroup }
            let group = try reader.existingGroup(.uuid(uuid))
            return try reader.members(of: group, listing)
        }
    }

    /// All groups but the built-in one, for whoever may look at users; with the members of those that pass.
    ///
    /// - Parameters:
    ///   - principal: The caller.
    ///   - listing: Whether members are read.
    ///   - member: Keeps the groups of this user.
    /// - Returns: The groups, in order of their numbers.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required` or
    ///   `store.unavailable`.
    public func all(
        by principal: Principal,
        listing: Bool,
        of member: UUID? = nil
    ) async throws(MusterError) -> [GroupWithMembers] {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireReader()
            let groups: [Group]
            if let member {
                let user = try reader.user(.uuid(member))
                groups = try reader.groups(user?.groups ?? [])
            } else {
                groups = try reader.groups()
            }
            var found: [GroupWithMembers] = []
            for group in groups {
                found.append(try reader.members(of: group, listing ? .uuids : .nobody))
            }
            return found
        }
    }

    /// The members of some groups, for whoever may look at users.
    ///
    /// - Throws: as ``all(by:listing:of:)``.
    public func members(
        of groups: [Group],
        _ listing: GroupWithMembers.Listing,
        by principal: Principal
    ) async throws(MusterError) -> [GroupWithMembers] {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireReader()
            var found: [GroupWithMembers] = []
            for group in groups { found.append(try reader.members(of: group, listing)) }
            return found
        }
    }

    /// Makes a group with members, in one change.
    ///
    /// - Throws: ``MusterError`` as ``create(by:_:)`` and ``revise(_:by:listing:_:)``.
    public func create(
        by principal: Principal,
        withMembers input: () throws(MusterError) -> GroupRevision
    ) async throws(MusterError) -> GroupWithMembers {
        try await create(by: principal, input, steps: { _, _ in [] })
    }

    /// Makes a group as ``create(by:withMembers:)``, with further steps that are found at the moment of the change.
    ///
    /// - Throws: as there, or what `steps` throws.
    public func create(
        by principal: Principal,
        _ input: () throws(MusterError) -> GroupRevision,
        steps:
            @escaping @Sendable (Group, any DirectoryReader) throws(MusterError)
            -> [GroupRevision.Step]
    ) async throws(MusterError) -> GroupWithMembers {
        try principal.requireAdministrator()
        let revision = try input()
        guard let draft = revision.draft else {
            throw .invalid("name", "A group needs a name.", rule: "is required")
        }
        try GroupService.refuseBuiltInName(draft.name)
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            caller,
            transaction throws(MusterError) in
            let group = try access.makeGroup(
                draft,
                externalID: revision.externalID ?? nil,
                by: caller,
                in: transaction
            )
            var changes = MembershipChanges(access, caller, group)
            for step in revision.steps + (try steps(group, transaction)) {
                try changes.make(step, in: transaction)
            }
            try changes.record(in: transaction)
            return try transaction.members(
                of: try transaction.existingGroup(.id(group.id)),
                .uuids
            )
        }
    }

    /// Changes a group's name, identifier and members, in one change.
    ///
    /// Steps that name nobody new change nothing, and cost nothing for the members whom they do not name.
    ///
    /// - Parameters:
    ///   - uuid: The group.
    ///   - principal: The caller.
    ///   - listing: Says what is read of the members of the group as it then is.
    ///   - revise: Says what becomes of the group as it is at the moment of the change; it may be asked any number of times.
    /// - Returns: The group as it then is.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `group.not_found`,
    ///   `group.already_exists`, `input.invalid`, `access.escalation`, `store.unavailable`, or what `revise` throws.
    public func revise(
        _ uuid: UUID,
        by principal: Principal,
        listing: @escaping @Sendable (Group) -> GroupWithMembers.Listing,
        _ revise:
            @escaping @Sendable (Group) throws(MusterError) -> GroupRevision
    ) async throws(MusterError) -> GroupWithMembers {
        try await self.revise(.uuid(uuid), by: principal, listing: listing) {
            group,
            _ throws(MusterError) in
            try revise(group)
        }
    }

    /// Changes a group as ``revise(_:by:listing:_:)``, by whatever it is named, where what becomes of it also depends on
    /// others.
    ///
    /// - Parameters:
    ///   - reference: The group.
    ///   - principal: The caller.
    ///   - listing: Says what is read of the members of the group as it then is.
    ///   - revise: Says what becomes of the group as it is at the moment of the change, in which it may look at others.
    /// - Returns: The group as it then is.
    /// - Throws: as there, or what `revise` throws.
    public func revise(
        _ reference: GroupReference,
        by principal: Principal,
        listing: @escaping @Sendable (Group) -> GroupWithMembers.Listing,
        _ revise:
            @escaping @Sendable (Group, any DirectoryReader) throws(MusterError) -> GroupRevision
    ) async throws(MusterError) -> GroupWithMembers {
        try principal.requireAdministrator()
        guard !reference.isEveryone else { throw .noSuchGroup }
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            caller,
            transaction throws(MusterError) in
            let before = try transaction.existingGroup(reference)
            let revision = try revise(before, transaction)
            var group = before
            if let draft = revision.draft {
                try GroupService.refuseBuiltInName(draft.name)
                group.name = draft.name
            }
            if let externalID = revision.externalID { group.externalID = externalID }
            if group != before {
                try transaction.refuseLookalike(group.name, besides: group.id)
                group.noteChange(at: access.clock.now())
                try transaction.updateGroup(group)
                try transaction.appendAuditEvent(
                    access.event(
                        .groupUpdate,
                        by: caller,
                        on: AuditParty(before),
                        fields: GroupService.fields(of: group, changedFrom: before)
                    )
                )
            }
            var changes = MembershipChanges(access, caller, group)
            for step in revision.steps { try changes.make(step, in: transaction) }
            try changes.record(in: transaction)
            let after = try transaction.existingGroup(.id(group.id))
            return try transaction.members(of: after, listing(after))
        }
    }

    /// Deletes a group, and takes its members out of it first, where `judge` agrees to what it is.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `group.not_found`,
    ///   `access.escalation`, `store.unavailable`, or what `judge` throws.
    public func deleteWithMembers(
        _ uuid: UUID,
        by principal: Principal,
        _ judge:
            @escaping @Sendable (Group) throws(MusterError) -> Void
    ) async throws(MusterError) {
        try await deleteWithMembers(.uuid(uuid), by: principal, judge)
    }

    /// Deletes a group as ``deleteWithMembers(_:by:_:)``, by whatever it is named.
    ///
    /// - Throws: as there.
    public func deleteWithMembers(
        _ reference: GroupReference,
        by principal: Principal,
        _ judge:
            @escaping @Sendable (Group) throws(MusterError) -> Void
    ) async throws(MusterError) {
        try principal.requireAdministrator()
        guard !reference.isEveryone else { throw .noSuchGroup }
        let access = access
        try await access.change(by: principal, needing: .administrator) {
            caller,
            transaction throws(MusterError) in
            let group = try transaction.existingGroup(reference)
            try judge(group)
            var changes = MembershipChanges(access, caller, group)
            try changes.make(.replace([]), in: transaction)
            try changes.record(in: transaction)
            try transaction.deleteGroup(group.id)
            try transaction.appendAuditEvent(
                access.event(.groupDelete, by: caller, on: AuditParty(group))
            )
        }
    }
}
