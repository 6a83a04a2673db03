public import FoundationEssentials

extension GroupService {
    /// A group with its members, for whoever may look at groups; those may be very many, so that they are read where searches are.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `group.not_found` or
    ///   `store.unavailable`.
    public func withMembers(
        _ uuid: UUID,
        listing: GroupWithMembers.Listing,
        by principal: Principal
    ) async throws(MusterError) -> GroupWithMembers {
        let extent: ReadExtent = listing == .nobody ? .bounded : .unbounded
        return try await access.look(by: principal, extent) { caller, reader throws(MusterError) in
            try reader.members(of: try reader.readableGroup(uuid, for: caller), listing)
        }
    }

    /// A group with its members as ``withMembers(_:listing:by:)``, in the read that has let the caller in; nil if more than
    /// `limit` of them would be read.
    ///
    /// - Throws: as there.
    public func withMembers(
        _ uuid: UUID,
        listing: GroupWithMembers.Listing,
        upTo limit: Int,
        by caller: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> GroupWithMembers? {
        let group = try reader.readableGroup(uuid, for: caller)
        guard listing == .nobody || group.userCount <= limit else { return nil }
        return try reader.members(of: group, listing)
    }

    /// Some of all groups but the built-in one, with their members, for whoever may look at users: all of one snapshot.
    ///
    /// No more members are in memory at once than one group has, but for those that are shown.
    ///
    /// - Parameters:
    ///   - principal: The caller.
    ///   - listing: Whether `passes` needs to know who the members are.
    ///   - candidates: Where alone those can be that pass.
    ///   - shown: What is read of the members of those that are chosen.
    ///   - mostMembers: How many members those that are chosen have together at most, where they are shown: with more, the
    ///     last ones are left out. The first one is shown in any case.
    ///   - passes: Says whether a group is one of those among which is chosen.
    ///   - choose: Chooses among the groups, which come in order of their numbers, and says what else is to be known.
    /// - Returns: The chosen groups, whether some were left out, and what else `choose` has said.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required` or
    ///   `store.unavailable`, or what `choose` throws.
    public func choose<Rest: Sendable>(
        by principal: Principal,
        listing: Bool,
        among candidates: GroupCandidates = .everywhere,
        showing shown: GroupWithMembers.Listing,
        upTo mostMembers: Int,
        passing passes: @escaping @Sendable (GroupWithMembers) -> Bool,
        _ choose:
            @escaping @Sendable ([Group]) throws(MusterError) -> (groups: [Group], rest: Rest)
    ) async throws(MusterError) -> (groups: [GroupWithMembers], isCut: Bool, rest: Rest) {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireReader()
            var passed: [Group] = []
            for group in try reader.groups(among: candidates)
            where passes(try reader.members(of: group, listing ? .uuids : .nobody)) {
                passed.append(group)
            }
            let chosen = try choose(passed)
            var found: [GroupWithMembers] = []
            var left = mostMembers
            for group in chosen.groups {
                left -= shown == .nobody ? 0 : group.userCount
                guard left >= 0 || found.isEmpty else { break }
                found.append(try reader.members(of: group, shown))
            }
            return (found, found.count < chosen.groups.count, chosen.rest)
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
            try transaction.touch([group], at: access.clock.now())
            let field = AuditField(isMember ? "member.added" : "member.removed", user.username.text)
            try transaction.appendAuditEvent(
                access.event(.groupUpdate, by: principal, on: AuditParty(group), fields: [field])
            )
        }
    }
}

extension DirectoryReader {
    /// A group that is not the built-in one, for whoever may look at groups.
    fileprivate func readableGroup(
        _ uuid: UUID,
        for caller: Principal
    ) throws(MusterError) -> Group {
        try caller.requireReader()
        guard uuid != Group.everyoneUUID else { throw .noSuchGroup }
        return try existingGroup(.uuid(uuid))
    }
}
