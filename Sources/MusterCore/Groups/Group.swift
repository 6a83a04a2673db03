public import FoundationEssentials

/// A group's number: from 2 upwards, given once, never again; 0 is the built-in group.
public struct GroupID: RawRepresentable, Hashable, Sendable {
    /// The number.
    public let rawValue: Int64

    /// Wraps a number.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}

/// The ways to name a group.
public enum GroupReference: Sendable, Hashable {
    /// By number.
    case id(GroupID)
    /// By UUID.
    case uuid(UUID)
    /// By name, as ``GroupLook`` compares them.
    case name(String)
}

/// A named set of users.
public struct Group: Sendable, Equatable {
    /// The longest name, in characters.
    public static let maximumNameLength = 255
    /// The longest name, in bytes of UTF-8: as many code points of four bytes each.
    ///
    /// A character can be made of any number of code points.
    public static let maximumNameBytes = maximumNameLength * 4

    /// The number.
    public let id: GroupID
    /// The UUID.
    public let uuid: UUID
    /// The name, unique by its ``GroupLook``.
    public var name: String
    /// Whether single sign-on manages the members; nil if nobody said so.
    public var isManagedBySAML: Bool?
    /// How many members there are.
    public var userCount: Int

    /// Builds a group.
    public init(id: GroupID, uuid: UUID, name: String, isManagedBySAML: Bool?, userCount: Int) {
        self.id = id
        self.uuid = uuid
        self.name = name
        self.isManagedBySAML = isManagedBySAML
        self.userCount = userCount
    }

    /// The UUID of the built-in group, in every directory.
    public static let everyoneUUID = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

    /// The built-in group that every user is in.
    public static func everyone(userCount: Int) -> Group {
        Group(
            id: GroupID(rawValue: 0),
            uuid: everyoneUUID,
            name: "All Users",
            isManagedBySAML: nil,
            userCount: userCount
        )
    }

    /// Whether this is the built-in group, which cannot be changed.
    public var isEveryone: Bool { id.rawValue == 0 }
}

/// Reads groups.
///
/// None of the methods knows the built-in group; ``GroupService`` adds it.
public protocol GroupReader {
    /// The group, with the count of its members; nil if there is none.
    ///
    /// Of several that look as the name does, the one that has exactly this name, or else the oldest.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func group(_ reference: GroupReference) throws(MusterError) -> Group?

    /// The groups of some UUIDs, in their order, with the counts of their members; what is none is left out.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func groups(_ uuids: [UUID]) throws(MusterError) -> [Group]

    /// All groups, in order of their number, with the counts of their members.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func groups() throws(MusterError) -> [Group]

    /// Whether a group other than `own` has a name of the same ``GroupLook``.
    ///
    /// Found by an index, since an import may ask it for each of thousands of lines.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func hasGroup(lookingLike name: String, besides own: GroupID?) throws(MusterError) -> Bool
}

/// Writes groups.
public protocol GroupWriter {
    /// Creates a group under a new number.
    ///
    /// - Throws: ``MusterError`` with code `group.already_exists` or `store.unavailable`.
    func insertGroup(uuid: UUID, name: String, isManagedBySAML: Bool?) throws(MusterError) -> Group

    /// Changes a group's name and management.
    ///
    /// - Throws: ``MusterError`` with code `group.already_exists` or `store.unavailable`.
    func updateGroup(_ group: Group) throws(MusterError)

    /// Deletes a group.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func deleteGroup(_ id: GroupID) throws(MusterError)

    /// Puts a user into a group; does nothing where it is in. Answers whether anything changed.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func addMember(_ user: UserID, to group: GroupID) throws(MusterError) -> Bool

    /// Takes a user out of a group; does nothing where it is not in. Answers whether anything changed.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func removeMember(_ user: UserID, from group: GroupID) throws(MusterError) -> Bool
}
