/// A digest of something random as the key of a table in memory.
///
/// It is hashed by its first eight bytes, which are as random as any, and compared in whole. Whoever presents a token
/// does not choose which digests are in the table, so that nobody makes them fall together.
public struct DigestKey: Hashable, Sendable {
    /// The 32 bytes as numbers: unlike an array they need no memory of their own and no count of references.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// The key of a digest.
    public init(_ digest: Digest) {
        words = digest.bytes.withUnsafeBytes { bytes in
            func word(_ number: Int) -> UInt64 {
                let start = number * MemoryLayout<UInt64>.size
                guard start + MemoryLayout<UInt64>.size <= bytes.count else { return 0 }
                return bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            }
            return (word(0), word(1), word(2), word(3))
        }
    }

    /// The digest.
    public var digest: Digest { Digest(withUnsafeBytes(of: words) { Array($0) }) }

    /// Whether both are keys of the same digest, found in a time that does not depend on where they differ.
    public static func == (left: DigestKey, right: DigestKey) -> Bool {
        let (one, other) = (left.words, right.words)
        return (one.0 ^ other.0) | (one.1 ^ other.1) | (one.2 ^ other.2) | (one.3 ^ other.3) == 0
    }

    /// Hashes the first bytes.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
