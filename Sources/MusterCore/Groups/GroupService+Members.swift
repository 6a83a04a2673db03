public import FoundationEssentials

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

    /// Puts a user into a group, or takes it out.
    ///
    /// Either is done when nothing had to change, too.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `group.not_found`, `user.not_found`, `group.immutable`, `access.escalation` or `store.unavailable`.
    public func setMembership(
        of user: UserReference,
        in group: GroupReference,
        isMember: Bool,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        try await access.change(by: principal, needing: .administrator) {
            principal,
            transaction throws(MusterError) in
            let group = try transaction.existingGroup(group, for: principal)
            let user = try transaction.existing(user)
            try GroupService.requireMutable(group)
            try principal.requirePower(over: user)
            let hasChanged =
                isMember
                ? try transaction.addMember(user.id, to: group.id)
                : try transaction.removeMember(user.id, from: group.id)
            guard hasChanged else { return }
            try transaction.touch(group, at: access.clock.now())
            let field = AuditField(isMember ? "member.added" : "member.removed", user.username.text)
            try transaction.appendAuditEvent(
                access.event(.groupUpdate, by: principal, on: AuditParty(group), fields: [field])
            )
        }
    }
}
