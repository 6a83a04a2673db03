import FoundationEssentials
import MusterCore

extension DistantTransaction {
    func auditPage(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) throws(MusterError) -> AuditPage {
        try trip { () throws(MusterError) in try inner.auditPage(query, after: position) }
    }

    func auditEventCount(
        _ query: AuditQuery,
        exactUpTo limit: Int
    ) throws(MusterError) -> ListTotal {
        try trip { () throws(MusterError) in
            try inner.auditEventCount(query, exactUpTo: limit)
        }
    }

    func appendAuditEvent(_ event: AuditEvent) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.appendAuditEvent(event) }
    }

    func appendAuditEvents(_ events: [AuditEvent]) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.appendAuditEvents(events) }
    }

    func group(_ reference: GroupReference) throws(MusterError) -> Group? {
        try trip { () throws(MusterError) in try inner.group(reference) }
    }

    func groups(_ uuids: [UUID]) throws(MusterError) -> [Group] {
        try trip { () throws(MusterError) in try inner.groups(uuids) }
    }

    func groups() throws(MusterError) -> [Group] {
        try trip { () throws(MusterError) in try inner.groups() }
    }

    func groups(beginningWith text: String, limit: Int) throws(MusterError) -> [Group] {
        try trip { () throws(MusterError) in try inner.groups(beginningWith: text, limit: limit) }
    }

    func hasGroup(lookingLike name: String, besides own: GroupID?) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.hasGroup(lookingLike: name, besides: own) }
    }

    func memberUUIDs(of group: GroupID) throws(MusterError) -> [UUID] {
        try trip { () throws(MusterError) in try inner.memberUUIDs(of: group) }
    }

    func members(
        of group: GroupID,
        after: UserID?,
        limit: Int
    ) throws(MusterError) -> [GroupMember] {
        try trip { () throws(MusterError) in
            try inner.members(of: group, after: after, limit: limit)
        }
    }

    func candidates(
        _ uuids: [UUID],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        try trip { () throws(MusterError) in try inner.candidates(uuids, of: group) }
    }

    func candidates(
        named usernames: [Username],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)] {
        try trip { () throws(MusterError) in try inner.candidates(named: usernames, of: group) }
    }

    func setMembers(
        _ users: [UserID],
        of group: GroupID,
        isMember: Bool
    ) throws(MusterError) {
        try trip { () throws(MusterError) in
            try inner.setMembers(users, of: group, isMember: isMember)
        }
    }

    func removeMembers(
        _ users: ClosedRange<UserID>,
        from group: GroupID
    ) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.removeMembers(users, from: group) }
    }

    func insertGroup(
        uuid: UUID,
        name: String,
        isManagedBySAML: Bool?,
        externalID: String?,
        at now: Timestamp
    ) throws(MusterError) -> Group {
        try trip { () throws(MusterError) in
            try inner.insertGroup(
                uuid: uuid,
                name: name,
                isManagedBySAML: isManagedBySAML,
                externalID: externalID,
                at: now
            )
        }
    }

    func updateGroup(_ group: Group) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.updateGroup(group) }
    }

    func setChangeTimes(of groups: [Group]) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.setChangeTimes(of: groups) }
    }

    func deleteGroup(_ id: GroupID) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.deleteGroup(id) }
    }

    func addMember(_ user: UserID, to group: GroupID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.addMember(user, to: group) }
    }

    func removeMember(_ user: UserID, from group: GroupID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.removeMember(user, from: group) }
    }

    func identity() throws(MusterError) -> DirectoryIdentity? {
        try trip { () throws(MusterError) in try inner.identity() }
    }

    func revision() throws(MusterError) -> Int64 {
        try trip { () throws(MusterError) in try inner.revision() }
    }

    func insertIdentity(_ identity: DirectoryIdentity) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.insertIdentity(identity) }
    }
}
