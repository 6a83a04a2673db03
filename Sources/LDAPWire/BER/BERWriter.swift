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

    /// An element that has begun, and how many bytes were left free for its length.
    public struct Opening: Sendable {
        fileprivate let start: Int
        fileprivate let room: Int

        /// The same element where its bytes stand behind others.
        func behind(_ count: Int) -> Opening { Opening(start: start + count, room: room) }
    }

    /// Begins an element: what is written next stands in it, until it is ended.
    ///
    /// - Parameters:
    ///   - tag: Its tag.
    ///   - isLong: Whether it will have hundreds of bytes, so that they need not be moved for its length.
    /// - Returns: What ends it.
    public mutating func begin(
        _ tag: UInt8 = BERTag.sequence,
        isLong: Bool = false
    ) -> Opening {
        bytes.append(tag)
        bytes.append(0)
        if isLong {
            bytes.append(0)
            bytes.append(0)
        }
        return Opening(start: bytes.count, room: isLong ? 3 : 1)
    }

    /// Ends an element: those that began in it have ended.
    public mutating func end(_ element: Opening) {
        let (start, room) = (element.start, element.room)
        let length = bytes.count - start
        if room == 1, length <= 0x7F {
            bytes[start - 1] = UInt8(length)
        } else if room == 3, (0x100...0xFFFF).contains(length) {
            bytes[start - 3] = 0x82
            bytes[start - 2] = UInt8(length >> 8)
            bytes[start - 1] = UInt8(truncatingIfNeeded: length)
        } else {
            bytes.replaceSubrange((start - room)..<start, with: Self.bytes(ofLength: length))
        }
    }

    /// Writes an element around what `body` writes.
    public mutating func constructed(
        _ tag: UInt8 = BERTag.sequence,
        _ body: (inout BERWriter) -> Void
    ) {
        let element = begin(tag)
        body(&self)
        end(element)
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

    /// Writes a string of bytes, as most of them are kept.
    public mutating func octets(_ content: [UInt8], tag: UInt8 = BERTag.octetString) {
        content.withUnsafeBufferPointer { append($0, tag) }
    }

    /// Writes a text.
    public mutating func octets(_ text: String, tag: UInt8 = BERTag.octetString) {
        // Its bytes lie in a row, but for texts that others lend to Swift.
        if text.utf8.withContiguousStorageIfAvailable({ append($0, tag) }) == nil {
            octets(Array(text.utf8), tag: tag)
        }
    }

    private mutating func append(_ content: UnsafeBufferPointer<UInt8>, _ tag: UInt8) {
        bytes.append(tag)
        appendLength(content.count)
        bytes.append(contentsOf: content)
    }

    /// Writes a whole number, or a value of an enumeration.
    public mutating func integer(_ value: Int, tag: UInt8 = BERTag.integer) {
        // As many bytes as show the sign.
        var digits = 1
        while digits < 8, value >> (8 * digits - 1) != 0, value >> (8 * digits - 1) != -1 {
            digits += 1
        }
        bytes.append(tag)
        appendLength(digits)
        for digit in (0..<digits).reversed() {
            bytes.append(UInt8(truncatingIfNeeded: value >> (8 * digit)))
        }
    }

    /// Writes a truth value (RFC 4511 section 5.1: true is 0xFF).
    public mutating func boolean(_ value: Bool, tag: UInt8 = BERTag.boolean) {
        bytes.append(tag)
        appendLength(1)
        bytes.append(value ? 0xFF : 0x00)
    }

    /// Writes elements that were written before.
    public mutating func raw(_ elements: some Collection<UInt8>) {
        bytes.append(contentsOf: elements)
    }

    /// Writes a length.
    private mutating func appendLength(_ length: Int) {
        guard length > 0x7F else { return bytes.append(UInt8(length)) }
        bytes.append(contentsOf: Self.bytes(ofLength: length))
    }

    /// A length: itself up to 127, or else how many bytes it has and those, the highest first (X.690 section 8.1.3).
    private static func bytes(ofLength length: Int) -> [UInt8] {
        guard length > 0x7F else { return [UInt8(length)] }
        let digits = (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
        return [0x80 | UInt8(digits)]
            + (0..<digits).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    }
}
