/// A digest of something random as the key of a table in memory.
///
/// It is hashed by its first eight bytes, which are as random as any, and compared in whole. Whoever presents a token
/// does not choose which digests are in the table, so that nobody makes them fall together.
public struct DigestKey: Hashable, Sendable {
    private let first: UInt64
    private let bytes: [UInt8]

    /// The key of a digest.
    public init(_ digest: Digest) {
        bytes = digest.bytes
        first = digest.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The digest.
    public var digest: Digest { Digest(bytes) }

    /// Whether both are keys of the same digest.
    public static func == (left: DigestKey, right: DigestKey) -> Bool {
        left.first == right.first && left.digest.matches(right.digest)
    }

    /// Hashes the first bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(first)
    }
}
