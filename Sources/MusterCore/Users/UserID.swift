public import FoundationEssentials

/// A user's number: from 2 upwards, given once, never again.
public struct UserID: RawRepresentable, Hashable, Comparable, Sendable {
    /// The number.
    public let rawValue: Int64

    /// Wraps a number.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }

    /// The order in which users were created.
    public static func < (left: UserID, right: UserID) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// The ways to name a user.
///
/// The kind decides, never the content: `"10"` as a name is not the id 10.
public enum UserReference: Sendable, Hashable {
    /// By number.
    case id(UserID)
    /// By UUID.
    case uuid(UUID)
    /// By login name, without regard to ASCII case.
    case username(String)
}
