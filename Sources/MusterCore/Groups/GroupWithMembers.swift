public import FoundationEssentials

/// A group with its members.
public struct GroupWithMembers: Sendable {
    /// What is read of the members.
    public enum Listing: Sendable {
        /// Nothing.
        case nobody
        /// Who they are.
        case uuids
        /// Who they are, and the names that are shown for them.
        case names
    }

    /// The group.
    public var group: Group
    /// The members, in order of their numbers; nil if they were not asked for.
    public var members: [UUID]?
    /// The names to show for ``members``, in the same order; nil if they were not asked for.
    public var names: [String]?

    /// Puts a group and its members together.
    public init(group: Group, members: [UUID]?, names: [String]? = nil) {
        self.group = group
        self.members = members
        self.names = names
    }
}

extension DirectoryReader {
    /// How many members are read at a time for their names.
    private static var membersAtOnce: Int { 500 }

    /// A group with as much of its members as is wanted.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func members(
        of group: Group,
        _ listing: GroupWithMembers.Listing
    ) throws(MusterError) -> GroupWithMembers {
        switch listing {
        case .nobody: return GroupWithMembers(group: group, members: nil)
        case .uuids:
            return GroupWithMembers(group: group, members: try memberUUIDs(of: group.id))
        case .names:
            var query = UserQuery(limit: Self.membersAtOnce)
            query.group = group.id
            var (members, names): ([UUID], [String]) = ([], [])
            while true {
                let users = try users(query)
                for user in users {
                    members.append(user.uuid)
                    names.append(user.displayName)
                }
                guard users.count == query.limit, let last = users.last else { break }
                query.after = last.id
            }
            return GroupWithMembers(group: group, members: members, names: names)
        }
    }
}
