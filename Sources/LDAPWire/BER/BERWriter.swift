/// Writes elements of BER, each with the shortest length there is.
///
/// Some clients stumble over lengths of several bytes where one is enough.
public struct BERWriter: Sendable {
    /// What was written, and room for what comes: each value is copied to its place, and nothing is moved for it.
    private var room: [UInt8]
    /// How many bytes were written.
    public private(set) var count = 0

    /// Begins with nothing.
    ///
    /// - Parameter capacity: How many bytes are expected.
    public init(capacity: Int = 256) {
        room = [UInt8](repeating: 0, count: capacity)
    }

    /// What was written.
    public var bytes: [UInt8] { Array(room[..<count]) }

    /// Makes room for some bytes more.
    private mutating func reserve(_ more: Int) {
        let lacking = count + more - room.count
        guard lacking > 0 else { return }
        room += [UInt8](repeating: 0, count: max(lacking, room.count))
    }

    /// Writes a byte.
    mutating func put(_ byte: UInt8) {
        reserve(1)
        room[count] = byte
        count += 1
    }

    /// Writes bytes behind a tag and their length.
    mutating func put(_ content: UnsafeBufferPointer<UInt8>, _ tag: UInt8) {
        put(tag)
        putLength(content.count)
        put(content)
    }

    /// Writes bytes.
    mutating func put(_ content: UnsafeBufferPointer<UInt8>) {
        reserve(content.count)
        let start = count
        room.withUnsafeMutableBytes { room in
            UnsafeMutableRawBufferPointer(rebasing: room[start...])
                .copyMemory(from: UnsafeRawBufferPointer(content))
        }
        count += content.count
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
        put(tag)
        let length = isLong ? 3 : 1
        for _ in 0..<length { put(0) }
        return Opening(start: count, room: length)
    }

    /// Ends an element: those that began in it have ended.
    public mutating func end(_ element: Opening) {
        let start = element.start
        let length = count - start
        if element.room == 1, length <= 0x7F {
            room[start - 1] = UInt8(length)
        } else if element.room == 3, (0x100...0xFFFF).contains(length) {
            room[start - 3] = 0x82
            room[start - 2] = UInt8(length >> 8)
            room[start - 1] = UInt8(truncatingIfNeeded: length)
        } else {
            let digits = Self.bytes(ofLength: length)
            move(from: start, by: digits.count - element.room)
            for (place, digit) in digits.enumerated() {
                room[start - element.room + place] = digit
            }
        }
    }

    /// Moves what was written from a place on.
    private mutating func move(from start: Int, by distance: Int) {
        reserve(distance)
        let (content, place) = (start..<count, start + distance)
        room.withUnsafeMutableBytes { room in
            UnsafeMutableRawBufferPointer(rebasing: room[place...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: room[content]))
        }
        count += distance
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

    /// Writes a length.
    mutating func putLength(_ length: Int) {
        guard length > 0x7F else { return put(UInt8(length)) }
        for byte in Self.bytes(ofLength: length) { put(byte) }
    }

    /// A length: itself up to 127, or else how many bytes it has and those, the highest first (X.690 section 8.1.3).
    private static func bytes(ofLength length: Int) -> [UInt8] {
        guard length > 0x7F else { return [UInt8(length)] }
        let digits = (Int.bitWidth - length.leadingZeroBitCount + 7) / 8
        return [0x80 | UInt8(digits)]
            + (0..<digits).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    }
}
