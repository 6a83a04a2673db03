/// Writes elements of BER, each with the shortest length there is.
///
/// Some clients stumble over lengths of several bytes where one is enough.
public struct BERWriter: Sendable {
    /// What was written.
    public private(set) var bytes: [UInt8]

    /// Begins with nothing.
    ///
    /// - Parameter capacity: How many bytes are expected.
    public init(capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Writes an element around what `body` writes.
    public mutating func constructed(
        _ tag: UInt8 = BERTag.sequence,
        _ body: (inout BERWriter) -> Void
    ) {
        bytes.append(tag)
        bytes.append(0)
        let start = bytes.count
        body(&self)
        let length = bytes.count - start
        guard length > 0x7F else {
            bytes[start - 1] = UInt8(length)
            return
        }
        let digits = Self.digits(length)
        bytes[start - 1] = 0x80 | UInt8(digits)
        bytes.insert(contentsOf: Self.bytes(of: length, digits), at: start)
    }

    /// Writes a string of bytes.
    public mutating func octets(
        _ content: some Collection<UInt8>,
        tag: UInt8 = BERTag.octetString
    ) {
        bytes.append(tag)
        appendLength(content.count)
        bytes.append(contentsOf: content)
    }

    /// Writes a whole number, or a value of an enumeration.
    public mutating func integer(_ value: Int, tag: UInt8 = BERTag.integer) {
        var digits = [UInt8(truncatingIfNeeded: value)]
        var rest = value >> 8
        // As many bytes as show the sign.
        while rest != (digits[0] & 0x80 == 0 ? 0 : -1) {
            digits.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        }
        octets(digits, tag: tag)
    }

    /// Writes a truth value (RFC 4511 section 5.1: true is 0xFF).
    public mutating func boolean(_ value: Bool, tag: UInt8 = BERTag.boolean) {
        octets([value ? 0xFF : 0x00], tag: tag)
    }

    /// Writes elements that were written before.
    public mutating func raw(_ elements: some Collection<UInt8>) {
        bytes.append(contentsOf: elements)
    }

    /// Writes a length: itself up to 127, or else how many bytes it has and those (X.690 section 8.1.3).
    private mutating func appendLength(_ length: Int) {
        guard length > 0x7F else { return bytes.append(UInt8(length)) }
        let digits = Self.digits(length)
        bytes.append(0x80 | UInt8(digits))
        bytes.append(contentsOf: Self.bytes(of: length, digits))
    }

    /// How many bytes a length has.
    private static func digits(_ length: Int) -> Int {
        (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
    }

    /// The bytes of a length, the highest first.
    private static func bytes(of length: Int, _ digits: Int) -> [UInt8] {
        (0..<digits).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    }
}
