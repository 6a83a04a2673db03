extension DistinguishedName {
    /// The most bytes of a name that is read: the longest that the directory has, every byte of it escaped, and more.
    public static let maximumBytes = 8_192
    /// The most parts of a name.
    private static let maximumParts = 64

    /// Reads a name (RFC 4514 section 3), with blanks around `,`, `=` and `+` as RFC 2253 allowed them; nil if the text is none.
    public init?(_ text: some Collection<UInt8>) {
        guard text.count <= Self.maximumBytes else { return nil }
        var reader = NameReader(Array(text))
        guard let parts = reader.parts(atMost: Self.maximumParts) else { return nil }
        self.init(parts)
    }
}

/// Reads the text of a name from its first byte to its last.
private struct NameReader {
    private let text: [UInt8]
    private var place = 0

    init(_ text: [UInt8]) {
        self.text = text
    }

    private var next: UInt8? { place < text.count ? text[place] : nil }

    private mutating func skipBlanks() {
        while next == UInt8(ascii: " ") { place += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        place += 1
        return true
    }

    mutating func parts(atMost limit: Int) -> [DistinguishedName.Part]? {
        skipBlanks()
        guard next != nil else { return [] }
        var parts: [DistinguishedName.Part] = []
        repeat {
            guard parts.count < limit, let part = part() else { return nil }
            parts.append(part)
        } while take(UInt8(ascii: ",")) || take(UInt8(ascii: ";"))
        return next == nil ? parts : nil
    }

    private mutating func part() -> DistinguishedName.Part? {
        var pairs: [(type: [UInt8], value: [UInt8])] = []
        repeat {
            guard let type = type(), let value = value() else { return nil }
            pairs.append((type, value))
        } while take(UInt8(ascii: "+"))
        return DistinguishedName.Part(pairs)
    }

    /// A short name or an object identifier, and the sign after it.
    private mutating func type() -> [UInt8]? {
        skipBlanks()
        let start = place
        while let byte = next, byte.isOfType { place += 1 }
        let type = text[start..<place].foldedBytes
        skipBlanks()
        guard !type.isEmpty, take(UInt8(ascii: "=")) else { return nil }
        return type
    }

    private mutating func value() -> [UInt8]? {
        skipBlanks()
        // Values as BER in hexadecimal digits are of no attribute that there is.
        if next == UInt8(ascii: "#") { return nil }
        if take(UInt8(ascii: "\"")) { return quoted() }
        var value: [UInt8] = []
        /// How much of the value is not blanks at its end.
        var solid = 0
        while let byte = next {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "+"):
                return Array(value.prefix(solid))
            case UInt8(ascii: "\\"):
                guard let escaped = escaped() else { return nil }
                value.append(escaped)
                solid = value.count
            case UInt8(ascii: "\""), UInt8(ascii: "<"), UInt8(ascii: ">"), 0:
                return nil
            default:
                value.append(byte)
                place += 1
                if byte != UInt8(ascii: " ") { solid = value.count }
            }
        }
        return Array(value.prefix(solid))
    }

    /// A value in quotes, as RFC 2253 section 4 asks to be read.
    private mutating func quoted() -> [UInt8]? {
        var value: [UInt8] = []
        while let byte = next {
            if byte == UInt8(ascii: "\"") {
                place += 1
                skipBlanks()
                return value
            }
            if byte == UInt8(ascii: "\\") {
                guard let escaped = escaped() else { return nil }
                value.append(escaped)
            } else {
                value.append(byte)
                place += 1
            }
        }
        return nil
    }

    /// A byte after a backslash: two hexadecimal digits, or the byte itself if it has a meaning.
    private mutating func escaped() -> UInt8? {
        place += 1
        guard let byte = next else { return nil }
        place += 1
        if let high = byte.hexadecimalValue {
            guard let low = next?.hexadecimalValue else { return nil }
            place += 1
            return high << 4 | low
        }
        return " \"#+,;<=>\\".utf8.contains(byte) ? byte : nil
    }
}

extension UInt8 {
    /// Whether it may stand in the type of an attribute: letters, digits, hyphens and dots.
    fileprivate var isOfType: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    /// The value of a hexadecimal digit.
    fileprivate var hexadecimalValue: UInt8? {
        switch self {
        case 0x30...0x39: self - 0x30
        case 0x41...0x46: self - 0x41 + 10
        case 0x61...0x66: self - 0x61 + 10
        default: nil
        }
    }
}
