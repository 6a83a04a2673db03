public import FoundationEssentials

extension UUID {
    /// A random UUID of version 4 (RFC 9562 section 5.4).
    public static func random(from source: any RandomSource) -> UUID {
        var bytes = source.bytes(16)
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
        uuidString.lowercased()
    }
}
