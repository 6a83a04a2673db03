public import FoundationEssentials

/// Reads groups.
///
/// None of the methods knows the built-in group; ``GroupService`` adds it.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol GroupReader {
    /// The group, with the count of its members; nil if there is none.
    ///
    /// Of several that look as the name does, the one that has exactly this name, or else the oldest.
    func group(_ reference: GroupReference) throws(MusterError) -> Group?

    /// The groups of some UUIDs, in their order, with the counts of their members; what is none is left out.
    func groups(_ uuids: [UUID]) throws(MusterError) -> [Group]

    /// All groups, in order of their number, with the counts of their members.
    func groups() throws(MusterError) -> [Group]

    /// The groups whose ``GroupLook`` begins with that of a text and a blank behind it, in the order of looks and of numbers; found
    /// by an index.
    ///
    /// - Parameters:
    ///   - text: The text; empty for those that begin with a blank.
    ///   - limit: How many, from 1.
    /// - Returns: No more than the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func groups(beginningWith text: String, limit: Int) throws(MusterError) -> [Group]

    /// Whether a group other than `own` has a name of the same ``GroupLook``.
    ///
    /// Found by an index, since an import may ask it for each of thousands of lines.
    func hasGroup(lookingLike name: String, besides own: GroupID?) throws(MusterError) -> Bool

    /// The UUIDs of a group's members, in order of their numbers.
    func memberUUIDs(of group: GroupID) throws(MusterError) -> [UUID]

    /// The next members of a group, in order of their numbers.
    ///
    /// - Parameters:
    ///   - group: The group.
    ///   - after: After whom to begin; nil for the first.
    ///   - limit: How many, from 1.
    /// - Returns: No more than the limit.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func members(
        of group: GroupID,
        after: UserID?,
        limit: Int
    ) throws(MusterError) -> [GroupMember]

    /// Of users who are named by UUID those whom there are, each with whether it is in a group, in no order.
    ///
    /// - Parameters:
    ///   - uuids: Who is looked for, some hundred at most.
    ///   - group: The group.
    /// - Returns: Who was found; whoever is named twice may be there twice.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func candidates(
        _ uuids: [UUID],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)]

    /// Of users who are named by login name those whom there are, as ``candidates(_:of:)``.
    func candidates(
        named usernames: [Username],
        of group: GroupID
    ) throws(MusterError) -> [(user: GroupMember, isMember: Bool)]
}

/// Writes groups.
///
/// Every method throws ``MusterError`` with code `store.unavailable`.
public protocol GroupWriter {
    /// Creates a group under a new number.
    ///
    /// - Throws: ``MusterError`` with code `group.already_exists` or `store.unavailable`.
    func insertGroup(
        uuid: UUID,
        name: String,
        isManagedBySAML: Bool?,
        externalID: String?,
        at now: Timestamp
    ) throws(MusterError) -> Group

    /// Changes a group's name, management and external identifier, and says when it was changed.
    ///
    /// - Throws: ``MusterError`` with code `group.already_exists` or `store.unavailable`.
    func updateGroup(_ group: Group) throws(MusterError)

    /// Says of groups when they were changed, and changes nothing else of them, in one step however many they are.
    func setChangeTimes(of groups: [Group]) throws(MusterError)

    /// Deletes a group.
    func deleteGroup(_ id: GroupID) throws(MusterError)

    /// Puts a user into a group; does nothing where it is in. Answers whether anything changed.
    func addMember(_ user: UserID, to group: GroupID) throws(MusterError) -> Bool

    /// Takes a user out of a group; does nothing where it is not in. Answers whether anything changed.
    func removeMember(_ user: UserID, from group: GroupID) throws(MusterError) -> Bool

    /// Puts users into a group, or takes them out, in one step; of whoever is so already nothing is changed.
    ///
    /// - Parameters:
    ///   - users: Who comes or goes, some hundred at most.
    ///   - group: The group.
    ///   - isMember: Whether they are in it from then on.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func setMembers(
        _ users: [UserID],
        of group: GroupID,
        isMember: Bool
    ) throws(MusterError)

    /// Takes all users of these numbers out of a group, in one step.
    func removeMembers(_ users: ClosedRange<UserID>, from group: GroupID) throws(MusterError)
}

extension GroupWriter {
    /// Puts users in or takes them out one by one, for stores to which one more statement is no trip.
    public func setMembers(
        _ users: [UserID],
        of group: GroupID,
        isMember: Bool
    ) throws(MusterError) {
        for user in users {
            _ = isMember ? try addMember(user, to: group) : try removeMember(user, from: group)
        }
    }
}
