public import FoundationEssentials

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
}
