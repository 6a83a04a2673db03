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
}
