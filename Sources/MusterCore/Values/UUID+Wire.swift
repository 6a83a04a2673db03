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
