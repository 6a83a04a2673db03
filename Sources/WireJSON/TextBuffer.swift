/// Text in the making, to which whole tokens are appended at a time.
///
/// Appending to an array asks for each byte whether there is room and whether somebody else holds the array; here
/// that is asked once a token. It halves the instructions of a record.
struct TextBuffer: Sendable {
    private var storage: [UInt8]
    private var count = 0

    init(reserving capacity: Int) {
        storage = [UInt8](repeating: 0, count: capacity)
    }

    /// The text so far.
    var bytes: [UInt8] { Array(storage[..<count]) }

    /// Forgets the text and keeps the room.
    mutating func clear() {
        count = 0
    }

    /// Appends a token.
    ///
    /// - Parameters:
    ///   - room: The most bytes that the token takes.
    ///   - write: Writes it from the place that it is given on, and returns the place after it.
    mutating func append(
        upTo room: Int,
        _ write: (UnsafeMutablePointer<UInt8>) -> UnsafeMutablePointer<UInt8>
    ) {
        if storage.count - count < room {
            storage.append(contentsOf: repeatElement(0, count: max(storage.count, room)))
        }
        count += storage.withUnsafeMutableBufferPointer { storage in
            guard let base = storage.baseAddress else { return 0 }
            let start = base + count
            let written = write(start) - start
            precondition(written >= 0 && written <= room, "a token has outgrown its room")
            return written
        }
    }
}

extension UnsafeMutablePointer<UInt8> {
    /// Writes a byte and returns the place after it.
    func appending(_ byte: UInt8) -> Self {
        pointee = byte
        return self + 1
    }

    /// Writes bytes and returns the place after them.
    func appending(_ bytes: UnsafeBufferPointer<UInt8>) -> Self {
        guard let start = bytes.baseAddress else { return self }
        update(from: start, count: bytes.count)
        return self + bytes.count
    }

    /// Writes text and returns the place after it.
    func appending(_ text: StaticString) -> Self {
        update(from: text.utf8Start, count: text.utf8CodeUnitCount)
        return self + text.utf8CodeUnitCount
    }
}

extension UnsafeBufferPointer<UInt8> {
    private static var everyByte: UInt64 { 0x0101_0101_0101_0101 }
    private static var highBits: UInt64 { 0x8080_8080_8080_8080 }

    /// Whether any byte has to be escaped (RFC 8259 section 7); eight are looked at in one step.
    var needsEscape: Bool {
        var place = 0
        while place + 8 <= count {
            let word = UnsafeRawPointer(baseAddress.unsafelyUnwrapped + place)
                .loadUnaligned(as: UInt64.self)
            let quote = word ^ (Self.everyByte &* 0x22)
            let backslash = word ^ (Self.everyByte &* 0x5C)
            // A subtraction borrows into a byte's highest bit where the byte is less, and that bit was not set.
            let found =
                ((word &- Self.everyByte &* 0x20) & ~word)
                | ((quote &- Self.everyByte) & ~quote)
                | ((backslash &- Self.everyByte) & ~backslash)
            if found & Self.highBits != 0 { return true }
            place += 8
        }
        return self[place...].contains(where: \.needsEscape)
    }
}

extension UInt8 {
    /// Whether the byte has to be escaped in a string (RFC 8259 section 7).
    var needsEscape: Bool {
        self < 0x20 || self == UInt8(ascii: "\"") || self == UInt8(ascii: "\\")
    }
}
