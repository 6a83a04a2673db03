public import FoundationEssentials

extension GroupService {
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

    /// Deletes a group, and takes its members out of it first, where `judge` agrees to what it is.
    ///
    /// Where there are many members they go in batches, between which others make their changes: nobody is taken out if the
    /// caller may not take out all of them; but who is stopped halfway, since a right was lost meanwhile, leaves a group with
    /// fewer members.
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
        guard let large = try await deleteSmall(reference, by: principal, judge) else { return }
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireRight(.administrator)
            try reader.forEachMember(of: large) { member throws(MusterError) in
                try caller.requirePower(over: member)
            }
        }
        repeat {
            while try await takeOutBatch(of: large, by: principal) {}
        } while try await deleteSmall(.id(large), by: principal, { _ in }) != nil
    }

    /// Deletes a group that has no more members than go at a time, with them.
    ///
    /// - Returns: The group that has more, of which nothing was changed; nil if it was deleted.
    private func deleteSmall(
        _ reference: GroupReference,
        by principal: Principal,
        _ judge:
            @escaping @Sendable (Group) throws(MusterError) -> Void
    ) async throws(MusterError) -> GroupID? {
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            caller,
            transaction throws(MusterError) in
            let group = try transaction.existingGroup(reference)
            try judge(group)
            guard group.userCount <= MembershipChanges.batch else { return group.id }
            var changes = MembershipChanges(access, caller, group)
            try changes.takeOutBatch(in: transaction)
            try changes.record(in: transaction)
            try transaction.deleteGroup(group.id)
            try transaction.appendAuditEvent(
                access.event(.groupDelete, by: caller, on: AuditParty(group))
            )
            return nil
        }
    }

    /// Takes a batch of members out of a group, in a commit of its own.
    ///
    /// - Returns: Whether there are still more than go at a time.
    private func takeOutBatch(
        of id: GroupID,
        by principal: Principal
    ) async throws(MusterError) -> Bool {
        let access = access
        return try await access.store.writeBatch(of: principal.actor.id) {
            transaction throws(MusterError) in
            let caller = try access.readmit(principal, in: transaction)
            try caller.requireRight(.administrator)
            let group = try transaction.existingGroup(.id(id))
            var changes = MembershipChanges(access, caller, group)
            try changes.takeOutBatch(in: transaction)
            try changes.record(in: transaction)
            return group.userCount > MembershipChanges.batch * 2
        }
    }
}
