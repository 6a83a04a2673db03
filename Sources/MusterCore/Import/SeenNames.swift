/// The login names that a file has named so far, in 16 bytes a name.
///
/// Two names are taken for one where their keyed hashes of 128 bits agree; among a million names that happens
/// with a chance below 1 in 10^26.
public struct SeenNames: Sendable {
    /// What a name takes in memory, in bytes: 16, and the room of a set that grows by doubling.
    public static let bytesOfOne = 32

    private var hashes: Set<UInt128> = []

    /// How many there are.
    public var count: Int { hashes.count }

    /// Has seen nothing.
    public init() {}

    /// Adds a name; answers whether it is new.
    public mutating func insert(_ username: Username) -> Bool {
        hashes.insert(
            UInt128(SeenNames.hash(username, 0)) << 64 | UInt128(SeenNames.hash(username, 1))
        ).inserted
    }

    private static func hash(_ username: Username, _ turn: UInt8) -> UInt64 {
        var hasher = Hasher()
        hasher.combine(turn)
        hasher.combine(username)
        return UInt64(truncatingIfNeeded: hasher.finalize())
    }
}
