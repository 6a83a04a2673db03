public import FoundationEssentials

/// Who is in a group, as far as it matters to whoever takes it out.
public struct GroupMember: Sendable {
    /// The user's number.
    public let id: UserID
    /// Its UUID.
    public let uuid: UUID
    /// Its login name.
    public let username: Username
    /// What it may do in the Tenable dialect.
    public let role: Role
    /// What it may do in the ActiveLogic dialect.
    public let masks: Masks

    /// Builds a member; stores do.
    public init(id: UserID, uuid: UUID, username: Username, role: Role, masks: Masks) {
        self.id = id
        self.uuid = uuid
        self.username = username
        self.role = role
        self.masks = masks
    }

    /// Builds a member of what is known of a user.
    package init(_ user: User) {
        self.init(
            id: user.id,
            uuid: user.uuid,
            username: user.username,
            role: user.role,
            masks: user.masks
        )
    }
}

extension GroupReader {
    /// Goes through all members of a group, in order of their numbers.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`, or what `body` throws.
    func forEachMember(
        of group: GroupID,
        _ body: (GroupMember) throws(MusterError) -> Void
    ) throws(MusterError) {
        var last: UserID?
        while true {
            let page = try members(of: group, after: last, limit: MembershipChanges.batch)
            for member in page { try body(member) }
            guard page.count == MembershipChanges.batch else { return }
            last = page.last?.id
        }
    }
}
