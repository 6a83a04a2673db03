public import FoundationEssentials

extension UUID {
    /// A random UUID of version 4 (RFC 9562 section 5.4).
    public static func random(from source: any RandomSource) -> UUID {
        version4(source.bytes(16))
    }

    /// How many bytes UUIDs have in common that are made one after the other.
    static let beginningBytes = 4

    /// Random UUIDs of version 4, made in one go, that begin alike and are in order: a store that finds users by UUID then goes
    /// through a small part of its index, once, and not through all of it (``UUIDRun``).
    static func inOrder(_ count: Int, from source: any RandomSource) -> [UUID] {
        let bytes = source.bytes(16 * count)
        let beginning = Array(bytes.prefix(beginningBytes))
        let ranked = stride(from: 0, to: bytes.count, by: 16).map { start in
            let uuid = version4(Array(bytes[start..<start + 16]), beginning: beginning)
            // Half of it puts all in order but those few that nobody will ever see.
            let rank = withUnsafeBytes(of: uuid.uuid) {
                $0.loadUnaligned(fromByteOffset: beginningBytes, as: UInt64.self)
            }
            return (rank: UInt64(bigEndian: rank), uuid: uuid)
        }
        return ranked.sorted { $0.rank < $1.rank }.map(\.uuid)
    }

    /// The UUID of 16 random bytes, in which version and variant are marked, and which may begin as others do.
    static func version4(_ random: [UInt8], beginning: [UInt8] = []) -> UUID {
        var bytes = random
        bytes.replaceSubrange(0..<beginning.count, with: beginning)
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
            let text = UnsafeMutableRawBufferPointer(output)
            withUnsafeBytes(of: uuid) { bytes in
                // Eight, four, four, four and twelve digits.
                UUID.write(bytes, 0, to: text, 0, 4)
                UUID.write(bytes, 4, to: text, 9, 14)
                UUID.write(bytes, 8, to: text, 19, 24)
                UUID.write(bytes, 12, to: text, 28, 32)
            }
            text[8] = UInt8(ascii: "-")
            text[13] = UInt8(ascii: "-")
            text[18] = UInt8(ascii: "-")
            text[23] = UInt8(ascii: "-")
            return 36
        }
    }

    /// Writes eight digits of four bytes: four at one place, and four at another.
    private static func write(
        _ bytes: UnsafeRawBufferPointer,
        _ part: Int,
        to text: UnsafeMutableRawBufferPointer,
        _ first: Int,
        _ second: Int
    ) {
        let number = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: part, as: UInt32.self))
        let digits = Hex.digits(number)
        let halves = (UInt32(truncatingIfNeeded: digits), UInt32(truncatingIfNeeded: digits >> 32))
        text.storeBytes(of: halves.0.littleEndian, toByteOffset: first, as: UInt32.self)
        text.storeBytes(of: halves.1.littleEndian, toByteOffset: second, as: UInt32.self)
    }
}
