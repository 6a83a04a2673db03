/// Where the numbers of users and of groups begin by which machines know them: each has the first one and its own number.
///
/// A directory keeps them from the first time on that it was served to machines. Their files have owners by these numbers, so
/// that with others everybody would own somebody else's.
public struct AccountNumbers: Equatable, Sendable {
    /// What systemd's table of numbers leaves free (systemd, docs/UIDS-GIDS.md).
    public static let usual = AccountNumbers(firstUser: 0x7000_0000, firstGroup: 0x7800_0000)

    /// The number that a user of the number 0 would have.
    public let firstUser: Int64
    /// That of the group which everybody is in.
    public let firstGroup: Int64

    /// Builds a pair.
    public init(firstUser: Int64, firstGroup: Int64) {
        self.firstUser = firstUser
        self.firstGroup = firstGroup
    }
}
