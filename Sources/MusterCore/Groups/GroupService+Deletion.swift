public import FoundationEssentials

extension GroupService {
    /// What decides whether a group, as it is, goes.
    public typealias DeletionJudge = @Sendable (Group) throws(MusterError) -> Void

    /// What a removal in batches has come to.
    private struct Remainder {
        /// The group as the removal itself has seen or left it last.
        var group: Group
        /// How many members it has taken out.
        var gone = 0
    }

    /// Deletes a group, and takes its members out of it first, where `judge` agrees to what it is.
    ///
    /// Where there are many members they go in batches, between which others make their changes: nobody is taken out if the
    /// caller may not take out all of them. Where somebody else has changed the group between two batches, `judge` is asked
    /// again. Who is stopped halfway by it, or since a right was lost meanwhile, leaves a group with fewer members.
    ///
    /// - Parameters:
    ///   - uuid: The group.
    ///   - principal: The caller.
    ///   - judge: Refuses where the group is not what the caller takes it for. It is asked of the group as it is found, and of
    ///     what others make of it later; not of what the removal itself does to it.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `group.not_found`,
    ///   `access.escalation`, `store.unavailable`, or what `judge` throws; with `revision.changed`, the message says how many
    ///   members are out.
    public func deleteWithMembers(
        _ uuid: UUID,
        by principal: Principal,
        _ judge: @escaping DeletionJudge
    ) async throws(MusterError) {
        try await deleteWithMembers(.uuid(uuid), by: principal, judge)
    }

    /// Deletes a group as ``deleteWithMembers(_:by:_:)``, by whatever it is named.
    ///
    /// - Throws: as there.
    public func deleteWithMembers(
        _ reference: GroupReference,
        by principal: Principal,
        _ judge: @escaping DeletionJudge
    ) async throws(MusterError) {
        try principal.requireAdministrator()
        guard !reference.isEveryone else { throw .noSuchGroup }
        guard let large = try await deleteSmall(reference, by: principal, judge) else { return }
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireRight(.administrator)
            try reader.forEachMember(of: large.id) { member throws(MusterError) in
                try caller.requirePower(over: member)
            }
        }
        var rest = Remainder(group: large)
        do throws(MusterError) {
            while true {
                while rest.group.userCount > MembershipChanges.batch {
                    rest = try await takeOutBatch(of: rest, by: principal, judge)
                }
                let left = rest.group
                let found = try await deleteSmall(.id(left.id), by: principal) {
                    group throws(MusterError) in
                    if group != left { try judge(group) }
                }
                guard let found else { return }
                rest.group = found
            }
        } catch {
            throw error.telling(gone: rest.gone)
        }
    }

    /// Deletes a group that has no more members than go at a time, with them.
    ///
    /// - Returns: The group if it has more, of which nothing was changed; nil if it was deleted.
    private func deleteSmall(
        _ reference: GroupReference,
        by principal: Principal,
        _ judge: @escaping DeletionJudge
    ) async throws(MusterError) -> Group? {
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            caller,
            transaction throws(MusterError) in
            let group = try transaction.existingGroup(reference)
            try judge(group)
            guard group.userCount <= MembershipChanges.batch else { return group }
            var changes = MembershipChanges(access, caller, group)
            _ = try changes.takeOutBatch(in: transaction)
            try changes.record(in: transaction)
            try transaction.deleteGroup(group.id)
            try transaction.appendAuditEvent(
                access.event(.groupDelete, by: caller, on: AuditParty(group))
            )
            return nil
        }
    }

    /// Takes a batch of members out of a group, in a commit of its own.
    private func takeOutBatch(
        of rest: Remainder,
        by principal: Principal,
        _ judge: @escaping DeletionJudge
    ) async throws(MusterError) -> Remainder {
        let access = access
        return try await access.store.writeBatch(of: principal.actor.id) {
            transaction throws(MusterError) in
            let caller = try access.readmit(principal, in: transaction)
            try caller.requireRight(.administrator)
            let group = try transaction.existingGroup(.id(rest.group.id))
            if group != rest.group { try judge(group) }
            var changes = MembershipChanges(access, caller, group)
            let count = try changes.takeOutBatch(in: transaction)
            try changes.record(in: transaction)
            return Remainder(
                group: try transaction.existingGroup(.id(group.id)),
                gone: rest.gone + count
            )
        }
    }
}

extension MusterError {
    /// The same; where a condition does not hold any more, it also says how many members were taken out before.
    fileprivate func telling(gone: Int) -> MusterError {
        guard code == .revisionChanged, gone > 0 else { return self }
        var error = self
        error.message +=
            " The group was being deleted, and was changed meanwhile: \(gone) of its members are out of it already."
        return error
    }
}
