/// Text in the making, to which whole tokens are appended at a time.
///
/// Appending to an array asks for each byte whether there is room and whether somebody else holds the array; here
/// that is asked once a token. It halves the instructions of a record.
struct TextBuffer: Sendable {
    private var storage: [UInt8]
    /// How many bytes the text has so far.
    private(set) var count = 0
    private let capacity: Int

    init(reserving capacity: Int) {
        self.capacity = capacity
        storage = TextBuffer.room(capacity)
    }

    /// Room for text, of which nothing is set: nothing is read before it was written.
    private static func room(_ capacity: Int) -> [UInt8] {
        // An array that is made with its room has the runtime look for its type; one that grows knows it.
        var room: [UInt8] = []
        room.append(addingCapacity: capacity) { place in
            place.withUnsafeMutableBufferPointer { _, count in count = capacity }
        }
        return room
    }

    /// The text so far.
    var bytes: [UInt8] { Array(storage[..<count]) }

    /// Gives the text away, which is not copied; another begins with as much room as the first.
    mutating func take() -> [UInt8] {
        var text: [UInt8] = []
        swap(&text, &storage)
        text.removeLast(text.count - count)
        count = 0
        return text
    }

    /// Appends a token.
    ///
    /// - Parameters:
    ///   - room: The most bytes that the token takes.
    ///   - write: Writes it from the place that it is given on, and returns the place after it.
    @inline(__always)
    mutating func append(
        upTo room: Int,
        _ write: (UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>
    ) {
        if storage.count - count < room { grow(by: room) }
        count += storage.withUnsafeMutableBufferPointer { storage in
            guard let base = storage.baseAddress else { return 0 }
            let start = base + count
            let written = write(start) - start
            precondition(written >= 0 && written <= room, "a token has outgrown its room")
            return written
        }
    }

    private mutating func grow(by room: Int) {
        let text = storage
        let size = text.isEmpty ? max(capacity, room) : text.count + max(text.count, room)
        storage = TextBuffer.room(size)
        storage.withUnsafeMutableBufferPointer { storage in
            text.withUnsafeBufferPointer { text in
                _ = storage.update(fromContentsOf: text[..<count])
            }
        }
    }
}

extension UnsafeMutablePointer<UInt8> {
    /// Writes a byte and returns the place after it.
    func appending(_ byte: UInt8) -> Self {
        initialize(to: byte)
        return self + 1
    }

    /// Writes bytes and returns the place after them.
    func appending(_ bytes: UnsafeBufferPointer<UInt8>) -> Self {
        guard let start = bytes.baseAddress else { return self }
        initialize(from: start, count: bytes.count)
        return self + bytes.count
    }

    /// Writes text and returns the place after it.
    func appending(_ text: StaticString) -> Self {
        initialize(from: text.utf8Start, count: text.utf8CodeUnitCount)
        return self + text.utf8CodeUnitCount
    }
}

extension UnsafeBufferPointer<UInt8> {
    private static var everyByte: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// Whether any byte has to be escaped (RFC 8259 section 7); sixteen are looked at in one step.
    var needsEscape: Bool {
        guard count >= 16 else { return contains(where: \.needsEscape) }
        // The last sixteen are looked at once more rather than what is left one by one.
        let last = count - 16
        var place = 0
        while place < last {
            if needsEscape(at: place) { return true }
            place += 16
        }
        return needsEscape(at: last)
    }

    @inline(__always)
    private func needsEscape(at place: Int) -> Bool {
        let bytes = UnsafeRawPointer(baseAddress.unsafelyUnwrapped + place)
            .loadUnaligned(as: SIMD2<UInt64>.self)
        let ones = SIMD2(repeating: Self.everyByte)
        let quote = bytes ^ SIMD2(repeating: Self.everyByte &* 0x22)
        let backslash = bytes ^ SIMD2(repeating: Self.everyByte &* 0x5C)
        // A subtraction borrows into a byte's highest bit where the byte is less, and that bit was not set.
        let found =
            ((bytes &- SIMD2(repeating: Self.everyByte &* 0x20)) & ~bytes)
            | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
        return (found[0] | found[1]) & Self.highBits != 0
    }
}

extension UInt8 {
    /// Whether the byte has to be escaped in a string (RFC 8259 section 7).
    var needsEscape: Bool {
        self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\")
    }
}
