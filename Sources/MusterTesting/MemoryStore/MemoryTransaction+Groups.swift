import FoundationEssentials
import MusterCore
import TextBytes

extension MemoryTransaction {
    func group(_ reference: GroupReference) throws(MusterError) -> Group? {
        let found =
            switch reference {
            case .id(let id): state.groups[id]
            case .uuid(let uuid): state.groups.values.first { $0.uuid == uuid }
            case .name(let name):
                state.groups.values.sorted { $0.id.rawValue < $1.id.rawValue }
                    .looking(like: name, by: \.name)
            }
        return found.map(withCount)
    }

    func groups(_ uuids: [UUID]) throws(MusterError) -> [Group] {
        var found: [Group] = []
        for uuid in uuids {
            if let group = try group(.uuid(uuid)) { found.append(group) }
        }
        return found
    }

    func groups() throws(MusterError) -> [Group] {
        state.groups.values.sorted { $0.id.rawValue < $1.id.rawValue }.map(withCount)
    }

    func groups(beginningWith text: String, limit: Int) throws(MusterError) -> [Group] {
        let head = GroupLook(text).folded + " "
        let alike = state.groups.values.filter {
            GroupLook($0.name).folded.utf8.starts(with: head.utf8)
        }
        let ordered = alike.sorted { one, other in
            let (look, next) = (GroupLook(one.name).folded, GroupLook(other.name).folded)
            return look == next ? one.id.rawValue < other.id.rawValue : look < next
        }
        return ordered.prefix(limit).map(withCount)
    }

    func hasGroup(lookingLike name: String, besides own: GroupID?) throws(MusterError) -> Bool {
        let look = GroupLook(name)
        return state.groups.values.contains { $0.id != own && GroupLook($0.name) == look }
    }

    func insertGroup(
        uuid: UUID,
        name: String,
        isManagedBySAML: Bool?,
        externalID: String?,
        at now: Timestamp
    ) throws(MusterError) -> Group {
        guard owner(of: name) == nil else { throw MemoryTransaction.duplicateGroup }
        state.lastGroup += 1
        let group = Group(
            id: GroupID(rawValue: state.lastGroup),
            uuid: uuid,
            name: name,
            isManagedBySAML: isManagedBySAML,
            userCount: 0,
            externalID: externalID,
            createdAt: now,
            changedAt: now
        )
        state.groups[group.id] = group
        return group
    }

    func memberUUIDs(of group: GroupID) throws(MusterError) -> [UUID] {
        state.members[group, default: []].sorted { $0 < $1 }.compactMap { state.users[$0]?.uuid }
    }

    func members(
        of group: GroupID,
        after: UserID?,
        limit: Int
    ) throws(MusterError) -> [GroupMember] {
        let next = state.members[group, default: []].filter { id in after.map { $0 < id } ?? true }
        return next.sorted { $0 < $1 }.prefix(limit).compactMap { state.users[$0] }.map {
            GroupMember($0)
        }
    }

    func candidates(
        _ uuids: [UUID],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        let wanted = Set(uuids)
        let members = state.members[group, default: []]
        return state.users.values.filter { wanted.contains($0.uuid) }.map { user in
            (GroupMember(user), members.contains(user.id))
        }
    }

    func candidates(
        named usernames: [Username],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        let members = state.members[group, default: []]
        var found: [(user: GroupMember, isMember: Bool)] = []
        for username in usernames {
            guard let user = try user(.username(username.text)) else { continue }
            found.append((GroupMember(user), members.contains(user.id)))
        }
        return found
    }

    func removeMembers(
        _ users: ClosedRange<UserID>,
        from group: GroupID
    ) throws(MusterError) {
        state.members[group] = state.members[group]?.filter { !users.contains($0) }
    }

    func updateGroup(_ group: Group) throws(MusterError) {
        guard state.groups[group.id] != nil else { return }
        let owner = owner(of: group.name)
        guard owner == nil || owner == group.id else { throw MemoryTransaction.duplicateGroup }
        state.groups[group.id] = group
    }

    func setChangeTimes(of groups: [Group]) throws(MusterError) {
        for group in groups { state.groups[group.id]?.changedAt = group.changedAt }
    }

    func deleteGroup(_ id: GroupID) throws(MusterError) {
        state.groups[id] = nil
        state.members[id] = nil
    }

    func addMember(_ user: UserID, to group: GroupID) throws(MusterError) -> Bool {
        try requireUser(user)
        guard state.groups[group] != nil else {
            throw MusterError(.storeUnavailable, "There is no group \(group.rawValue).")
        }
        return state.members[group, default: []].insert(user).inserted
    }

    func removeMember(_ user: UserID, from group: GroupID) throws(MusterError) -> Bool {
        state.members[group]?.remove(user) != nil
    }

    private func withCount(_ group: Group) -> Group {
        var group = group
        group.userCount = state.members[group.id, default: []].count
        return group
    }

    private func owner(of name: String) -> GroupID? {
        let folded = name.foldedASCII
        return state.groups.values.first { $0.name.foldedASCII == folded }?.id
    }

    private static var duplicateGroup: MusterError {
        MusterError(.groupAlreadyExists, "Duplicate Group name")
    }
}
