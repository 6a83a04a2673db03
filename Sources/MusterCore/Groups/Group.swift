public import FoundationEssentials
import TextBytes

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
    /// The identifier that another system gave, which need not be the only one of its kind; nil if none did.
    public var externalID: String?
    /// When the group was made.
    public var createdAt: Timestamp
    /// When the group or who is in it was changed last.
    public var changedAt: Timestamp

    /// Builds a group.
    public init(
        id: GroupID,
        uuid: UUID,
        name: String,
        isManagedBySAML: Bool?,
        userCount: Int,
        externalID: String? = nil,
        createdAt: Timestamp = Timestamp(rawValue: 0),
        changedAt: Timestamp = Timestamp(rawValue: 0)
    ) {
        self.externalID = externalID
        self.createdAt = createdAt
        self.changedAt = changedAt
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

    /// Whether both are the same in all that is known of them, texts compared as bytes: another spelling of the same name is
    /// another name, and the writer compares groups for everybody.
    public static func == (left: Group, right: Group) -> Bool {
        left.id == right.id && left.uuid == right.uuid && left.name.hasSameBytes(as: right.name)
            && left.isManagedBySAML == right.isManagedBySAML && left.userCount == right.userCount
            && left.externalID.hasSameBytes(as: right.externalID)
            && left.createdAt == right.createdAt && left.changedAt == right.changedAt
    }

    /// Whether this is the built-in group, which cannot be changed.
    public var isEveryone: Bool { id.rawValue == 0 }

    /// Notes a change, so that no two changes of the group are noted at the same moment.
    mutating func noteChange(at now: Timestamp) {
        changedAt = max(now, changedAt.advanced(by: .milliseconds(1)))
    }
}
