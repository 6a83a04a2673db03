extension DistinguishedName {
    /// The name as bytes of a text.
    public var bytes: [UInt8] {
        var text: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if index > 0 { text.append(UInt8(ascii: ",")) }
            for (index, pair) in part.pairs.enumerated() {
                if index > 0 { text.append(UInt8(ascii: "+")) }
                DistinguishedName.append(pair.type, pair.value, to: &text)
            }
        }
        return text
    }

    /// The bytes of the name of an entry whose own part has one attribute.
    ///
    /// - Parameters:
    ///   - type: The attribute.
    ///   - value: Its value.
    ///   - parent: The name of the entry above, as bytes.
    /// - Returns: The bytes that ``bytes`` has of that name.
    public static func bytes(_ type: String, _ value: String, below parent: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(type.utf8.count + value.utf8.count + parent.count + 16)
        text.append(contentsOf: type.utf8)
        text.append(UInt8(ascii: "="))
        if value.utf8.withContiguousStorageIfAvailable({ append(escaping: $0, to: &text) }) == nil {
            Array(value.utf8).withUnsafeBufferPointer { append(escaping: $0, to: &text) }
        }
        text.append(UInt8(ascii: ","))
        text.append(contentsOf: parent)
        return text
    }

    /// Writes an attribute and its value.
    private static func append(_ type: [UInt8], _ value: [UInt8], to text: inout [UInt8]) {
        text.append(contentsOf: type)
        text.append(UInt8(ascii: "="))
        value.withUnsafeBufferPointer { append(escaping: $0, to: &text) }
    }

    /// Writes a value so that it is read as one (RFC 4514 section 2.4), with hexadecimal digits.
    private static func append(
        escaping value: UnsafeBufferPointer<UInt8>,
        to text: inout [UInt8]
    ) {
        // Nearly none has any of those, and is written at once.
        guard value.contains(where: isEscaped) else { return text.append(contentsOf: value) }
        let last = value.count - 1
        for (index, byte) in value.enumerated() {
            let isEdge = index == 0 || index == last
            let isSpecial =
                switch byte {
                case UInt8(ascii: " "): isEdge
                case UInt8(ascii: "#"): index == 0
                default: isEscaped(byte)
                }
            guard isSpecial else {
                text.append(byte)
                continue
            }
            text.append(UInt8(ascii: "\\"))
            for digit in [byte >> 4, byte & 15] {
                text.append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
            }
        }
    }

    /// Whether a byte is escaped, wherever it stands or in some places.
    private static func isEscaped(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ","), UInt8(ascii: "+"), UInt8(ascii: "\""), UInt8(ascii: "\\"),
            UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: ";"), UInt8(ascii: "="), 0,
            UInt8(ascii: " "), UInt8(ascii: "#"):
            true
        default: false
        }
    }
}
