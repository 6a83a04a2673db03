public import FoundationEssentials

extension UUID {
    /// A random UUID of version 4 (RFC 9562 section 5.4).
    public static func random(from source: any RandomSource) -> UUID {
        version4(source.bytes(16))
    }

    /// Random UUIDs of version 4, made in one go and in order: a store that finds users by UUID then goes through its
    /// index once, and not back and forth.
    static func inOrder(_ count: Int, from source: any RandomSource) -> [UUID] {
        let bytes = source.bytes(16 * count)
        let ranked = stride(from: 0, to: bytes.count, by: 16).map { start in
            let uuid = version4(Array(bytes[start..<start + 16]))
            // Half of it puts all in order but those few that nobody will ever see.
            let rank = withUnsafeBytes(of: uuid.uuid) { $0.loadUnaligned(as: UInt64.self) }
            return (rank: UInt64(bigEndian: rank), uuid: uuid)
        }
        return ranked.sorted { $0.rank < $1.rank }.map(\.uuid)
    }

    /// The UUID of 16 random bytes, in which version and variant are marked.
    private static func version4(_ random: [UInt8]) -> UUID {
        var bytes = random
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        return UUID(bytes: bytes) ?? UUID()
    }

    /// Reads 16 bytes in network order; nil for any other count.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7],
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            )
        )
    }

    /// The 16 bytes in network order.
    public var bytes: [UInt8] {
        withUnsafeBytes(of: uuid) { Array($0) }
    }

    /// The canonical text in lower case, as both dialects show it.
    public var text: String {
        String(unsafeUninitializedCapacity: 36) { output in
            withUnsafeBytes(of: uuid) { bytes in
                var place = 0
                for (index, byte) in bytes.enumerated() {
                    if [4, 6, 8, 10].contains(index) {
                        output[place] = UInt8(ascii: "-")
                        place += 1
                    }
                    output[place] = Hex.digit(byte >> 4)
                    output[place + 1] = Hex.digit(byte & 15)
                    place += 2
                }
                return place
            }
        }
    }
}
