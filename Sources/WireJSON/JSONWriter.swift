import TextBytes

/// Writes JSON text straight into bytes, without a tree or a dictionary in between.
///
/// The caller says what comes next in the order in which it shall stand; commas come by themselves.
public struct JSONWriter: Sendable {
    private var text: TextBuffer
    private var needsComma = false

    /// Begins an empty text.
    public init(reserving capacity: Int = 512) {
        text = TextBuffer(reserving: capacity)
    }

    /// The text so far, UTF-8.
    public var bytes: [UInt8] { text.bytes }

    /// How many bytes it has.
    public var byteCount: Int { text.count }

    /// Gives the text so far away, and begins again with as much room, for writing in pieces.
    public mutating func takeBytes() -> [UInt8] {
        text.take()
    }

    /// Writes an object; `members` writes what is in it.
    public mutating func object<Failure: Error>(
        _ members: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try members(&self)
        endObject()
    }

    /// Writes an array; `elements` writes what is in it.
    public mutating func array<Failure: Error>(
        _ elements: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        try elements(&self)
        endArray()
    }

    /// Ends a line of JSON lines: a value stands on each.
    public mutating func endLine() {
        text.append(upTo: 1) { $0.appending(UInt8(ascii: "\n")) }
        needsComma = false
    }

    /// Writes `{`.
    public mutating func beginObject() { open(UInt8(ascii: "{")) }

    /// Writes `}`.
    public mutating func endObject() { close(UInt8(ascii: "}")) }

    /// Writes `[`.
    public mutating func beginArray() { open(UInt8(ascii: "[")) }

    /// Writes `]`.
    public mutating func endArray() { close(UInt8(ascii: "]")) }

    /// Writes the name of the member whose value comes next.
    ///
    /// The name must need no escapes.
    public mutating func name(_ name: StaticString) {
        text.append(upTo: name.room) { [needsComma] place in
            place.appending(name: name, comma: needsComma)
        }
        needsComma = false
    }

    /// Writes the name, of whatever characters, of the member whose value comes next.
    public mutating func name(escaping name: String) {
        string(name)
        text.append(upTo: 1) { $0.appending(UInt8(ascii: ":")) }
        needsComma = false
    }

    /// Writes a member that is a string.
    public mutating func member(_ name: StaticString, _ value: String) {
        value.withBytes { bytes in
            let isPlain = !bytes.needsEscape
            text.append(upTo: name.room + bytes.quotedRoom(isPlain: isPlain)) {
                [needsComma] place in
                place.appending(name: name, comma: needsComma).appending(
                    quoted: bytes,
                    isPlain: isPlain
                )
            }
        }
        needsComma = true
    }

    /// Writes a member that is a string of two texts and a piece of the program's own between them, which needs no escapes.
    ///
    /// They are not put together before: addresses of many things begin alike.
    public mutating func member(
        _ name: StaticString,
        _ first: String,
        _ middle: StaticString,
        _ last: String
    ) {
        first.withBytes { first in
            last.withBytes { last in
                let isPlain = !first.needsEscape && !last.needsEscape
                let rooms = first.quotedRoom(isPlain: isPlain) + last.quotedRoom(isPlain: isPlain)
                text.append(upTo: name.room + rooms + middle.utf8CodeUnitCount) {
                    [needsComma] place in
                    place.appending(name: name, comma: needsComma).appending(UInt8(ascii: "\""))
                        .appending(text: first, isPlain: isPlain).appending(middle)
                        .appending(text: last, isPlain: isPlain).appending(UInt8(ascii: "\""))
                }
            }
        }
        needsComma = true
    }

    /// Writes a member that is an integer.
    public mutating func member(_ name: StaticString, _ value: Int64) {
        text.append(upTo: name.room + Int64.room) { [needsComma] place in
            place.appending(name: name, comma: needsComma).appending(decimal: value)
        }
        needsComma = true
    }

    /// Writes a member that is an integer.
    public mutating func member(_ name: StaticString, _ value: Int) {
        member(name, Int64(value))
    }

    /// Writes a member that is true or false.
    public mutating func member(_ name: StaticString, _ value: Bool) {
        text.append(upTo: name.room + Self.longestWord) { [needsComma] place in
            place.appending(name: name, comma: needsComma).appending(value ? "true" : "false")
        }
        needsComma = true
    }

    /// Writes a member that is null.
    public mutating func null(_ name: StaticString) {
        self.name(name)
        null()
    }

    /// Writes an integer.
    public mutating func integer(_ value: Int64) {
        text.append(upTo: 1 + Int64.room) { [needsComma] place in
            place.appending(comma: needsComma).appending(decimal: value)
        }
        needsComma = true
    }

    /// Writes a number that is written out already, as ``JSONValue/number(_:)`` has it.
    mutating func number(_ text: String) {
        text.withBytes { append($0) }
    }

    /// Writes a value that is JSON text already.
    public mutating func written(_ value: [UInt8]) {
        value.withUnsafeBufferPointer { append($0) }
    }

    /// Writes a part of what was written before: a value, or members of an object with the commas between them.
    public mutating func written(_ part: ArraySlice<UInt8>) {
        part.withUnsafeBufferPointer { append($0) }
    }

    /// Writes true or false.
    public mutating func bool(_ value: Bool) { append(value ? "true" : "false") }

    /// Writes null.
    public mutating func null() { append("null") }

    /// Writes a string, escaping what RFC 8259 section 7 demands and no more.
    public mutating func string(_ value: String) {
        value.withBytes { bytes in
            let isPlain = !bytes.needsEscape
            text.append(upTo: 1 + bytes.quotedRoom(isPlain: isPlain)) { [needsComma] place in
                place.appending(comma: needsComma).appending(quoted: bytes, isPlain: isPlain)
            }
        }
        needsComma = true
    }

    /// The bytes of `false`.
    private static let longestWord = 5

    private mutating func append(_ word: StaticString) {
        append(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private mutating func append(_ word: UnsafeBufferPointer<UInt8>) {
        text.append(upTo: word.count + 1) { [needsComma] place in
            place.appending(comma: needsComma).appending(word)
        }
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        text.append(upTo: 2) { [needsComma] place in
            place.appending(comma: needsComma).appending(bracket)
        }
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        text.append(upTo: 1) { $0.appending(bracket) }
        needsComma = true
    }
}

extension StaticString {
    /// The most bytes that it takes as a name: a comma, two quotes and a colon besides.
    fileprivate var room: Int { utf8CodeUnitCount + 4 }
}

extension UnsafeBufferPointer<UInt8> {
    /// The most bytes that a string takes: two quotes besides, and the longest escape has six.
    fileprivate func quotedRoom(isPlain: Bool) -> Int { 2 + count * (isPlain ? 1 : 6) }
}

extension Int64 {
    /// The most bytes that an integer takes: a sign and 19 digits.
    fileprivate static var room: Int { 20 }
}

extension UInt64 {
    /// How many decimal digits the number has.
    fileprivate var decimalDigits: Int {
        var count = 1
        var rest = self
        while rest >= 10 {
            rest /= 10
            count += 1
        }
        return count
    }
}

extension UnsafeMutablePointer<UInt8> {
    /// Writes a comma where one is due.
    fileprivate func appending(comma isDue: Bool) -> Self {
        isDue ? appending(UInt8(ascii: ",")) : self
    }

    /// Writes the name of a member, which needs no escapes.
    fileprivate func appending(name: StaticString, comma isDue: Bool) -> Self {
        appending(comma: isDue).appending(UInt8(ascii: "\"")).appending(name)
            .appending(UInt8(ascii: "\"")).appending(UInt8(ascii: ":"))
    }

    /// Writes a string.
    fileprivate func appending(quoted bytes: UnsafeBufferPointer<UInt8>, isPlain: Bool) -> Self {
        appending(UInt8(ascii: "\"")).appending(text: bytes, isPlain: isPlain)
            .appending(UInt8(ascii: "\""))
    }

    /// Writes what stands between the quotes of a string.
    fileprivate func appending(text bytes: UnsafeBufferPointer<UInt8>, isPlain: Bool) -> Self {
        guard !isPlain else { return appending(bytes) }
        var place = self
        for byte in bytes { place = place.appending(escaping: byte) }
        return place
    }

    /// Writes an integer.
    fileprivate func appending(decimal value: Int64) -> Self {
        let start = value < 0 ? appending(UInt8(ascii: "-")) : self
        var magnitude = value.magnitude
        let end = start + magnitude.decimalDigits
        var digit = end
        repeat {
            digit -= 1
            digit.initialize(to: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude % 10))
            magnitude /= 10
        } while magnitude != 0
        return end
    }

    /// Writes a byte of a string, escaped where it has to be.
    fileprivate func appending(escaping byte: UInt8) -> Self {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            appending(UInt8(ascii: "\\")).appending(byte)
        case 0x0A:
            appending(#"\n"#)
        case 0..<0x20:
            appending(#"\u00"#)
                .appending(byte < 0x10 ? UInt8(ascii: "0") : UInt8(ascii: "1"))
                .appending(
                    byte & 15 < 10
                        ? UInt8(ascii: "0") + (byte & 15) : UInt8(ascii: "a") + (byte & 15) - 10
                )
        default:
            appending(byte)
        }
    }
}
