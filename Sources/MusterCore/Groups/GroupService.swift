import TextBytes

/// Creates, lists, changes and deletes groups, and says who is in them.
public struct GroupService: Sendable {
    let access: DirectoryAccess

    init(_ access: DirectoryAccess) {
        self.access = access
    }

    /// Creates a group.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.already_exists`, `store.unavailable`, or what `input` throws.
    public func create(
        by principal: Principal,
        _ input: () throws(MusterError) -> GroupDraft
    ) async throws(MusterError) -> Group {
        try principal.requireAdministrator()
        let draft = try input()
        try GroupService.refuseBuiltInName(draft.name)
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            try access.makeGroup(draft, by: principal, in: transaction)
        }
    }

    /// Renames a group.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.not_found`, `group.immutable`, `group.already_exists`, `store.unavailable`, or what `input`
    ///   throws.
    public func edit(
        _ reference: GroupReference,
        by principal: Principal,
        _ input: () throws(MusterError) -> GroupDraft
    ) async throws(MusterError) -> Group {
        try principal.requireAdministrator()
        let asked = Result { () throws(MusterError) in try input() }
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            var group = try transaction.existingGroup(reference, for: principal)
            let draft = try asked.get()
            try GroupService.requireMutable(group)
            try GroupService.refuseBuiltInName(draft.name)
            let before = group
            group.name = draft.name
            group.isManagedBySAML = draft.isManagedBySAML ?? group.isManagedBySAML
            guard group != before else { return group }
            try transaction.refuseLookalike(draft.name, besides: group.id)
            group.noteChange(at: access.clock.now())
            try transaction.updateGroup(group)
            let fields = GroupService.fields(of: group, changedFrom: before)
            try transaction.appendAuditEvent(
                access.event(.groupUpdate, by: principal, on: AuditParty(before), fields: fields)
            )
            return group
        }
    }

    /// Deletes a group that has no members.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.not_found`, `group.immutable`, `group.not_empty` or `store.unavailable`.
    public func delete(
        _ reference: GroupReference,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            let group = try transaction.existingGroup(reference, for: principal)
            try GroupService.requireMutable(group)
            guard group.userCount == 0 else {
                let container = access.identity.uuid.text
                throw MusterError(
                    .groupNotEmpty,
                    "Cannot delete Group[UUID=\(group.uuid.text), accountUUID=\(container)] that still "
                        + "has Users associated with it."
                )
            }
            try transaction.deleteGroup(group.id)
            try transaction.appendAuditEvent(
                access.event(.groupDelete, by: principal, on: AuditParty(group))
            )
        }
    }

    static func fields(of group: Group, changedFrom before: Group) -> [AuditField] {
        var fields: [AuditField] = []
        if !group.name.hasSameBytes(as: before.name) {
            fields.append(AuditField("name", group.name))
        }
        if group.isManagedBySAML != before.isManagedBySAML {
            let value = group.isManagedBySAML.map { "\($0)" } ?? "none"
            fields.append(AuditField("managed_by_saml", value))
        }
        if !group.externalID.hasSameBytes(as: before.externalID) {
            fields.append(AuditField("external_id", group.externalID ?? "none"))
        }
        return fields
    }

    static func requireMutable(_ group: Group) throws(MusterError) {
        guard !group.isEveryone else {
            throw MusterError(.groupImmutable, "The group All Users cannot be changed.")
        }
    }

    /// Refuses the name of the group that everybody is in.
    ///
    /// - Throws: ``MusterError`` with code `group.already_exists`.
    static func refuseBuiltInName(_ name: String) throws(MusterError) {
        guard GroupLook(name) != .everyone else {
            throw MusterError(.groupAlreadyExists, "Duplicate Group name")
        }
    }
}
