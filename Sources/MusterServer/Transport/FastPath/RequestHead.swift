import HTTPTypes
import NIOCore

/// A request's head, read where its bytes lie: nothing is copied but the fields that somebody asks for.
///
/// Reads less than RFC 9112 allows: heads that are whole, targets that are paths, lines that end with CRLF,
/// field names that are tokens, and printable ASCII everywhere else. What it does not read, NIO's parser reads
/// or refuses; what it reads, that parser reads in the same way, which a test compares, or refuses for a method
/// it does not know.
struct RequestHead {
    /// Where a field's name and value lie.
    private struct Line {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// The most field lines that are read; clients send some ten.
    private static let lineLimit = 64
    /// What stands between a target and the version's last digit, as one number.
    private static let protocolName = " HTTP/1.".utf8.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }

    /// The head's first byte is the first that can be read.
    private var bytes = ByteBuffer()
    private var lines: [Line] = []
    /// The method is the head's beginning.
    private var methodLength = 0
    /// Whether the method is GET, as that of nearly every head that is answered at once.
    private(set) var isGET = false
    private var targetPlace = 0..<0
    /// Whether the version is HTTP/1.1, and not 1.0.
    private(set) var isPresentVersion = false
    /// How many bytes the head has, the empty line included.
    private(set) var length = 0
    /// What the fields together count against the limit of a header's size.
    private(set) var fieldBytes = 0
    /// Which fields it has of those that decide where it is answered, noted as each name is read.
    private(set) var known = KnownFields()
    /// Where the last line lies that has credentials.
    private var credentialsPlace = 0..<0
    /// Where the value of the last `Host` lies.
    private var hostPlace = 0..<0

    /// The request's target, as it was sent.
    var target: String {
        let start = bytes.readerIndex + targetPlace.lowerBound
        return bytes.getString(at: start, length: targetPlace.count) ?? ""
    }

    /// How many bytes the target has.
    var targetLength: Int { targetPlace.count }

    /// How many bytes the last `Host` has, if there is one.
    var hostLength: Int { hostPlace.count }

    /// Calls `body` with the bytes of the target, where they lie.
    func withTarget<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        bytes.withUnsafeReadableBytes { bytes in
            let target = UnsafeRawBufferPointer(rebasing: bytes[targetPlace])
            return body(target.assumingMemoryBound(to: UInt8.self))
        }
    }

    /// Calls `body` with the one line that has credentials, name and value, where it lies; nil if there is none, or more than one.
    @discardableResult
    func withCredentialsLine<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result? {
        guard known.contains(.credentials), !known.contains(.moreCredentials) else { return nil }
        return bytes.withUnsafeReadableBytes { bytes in
            body(UnsafeRawBufferPointer(rebasing: bytes[credentialsPlace]))
        }
    }

    /// The value of the one `Host`; nil if there is none, or more than one.
    var host: String? {
        guard known.contains(.host), !known.contains(.moreHosts) else { return nil }
        return bytes.getString(
            at: bytes.readerIndex + hostPlace.lowerBound,
            length: hostPlace.count
        )
    }

    /// Whether the method is this one; methods are told apart by case.
    func isMethod(_ name: StaticString) -> Bool {
        guard methodLength == name.utf8CodeUnitCount else { return false }
        return bytes.withUnsafeReadableBytes { bytes in
            bytes.prefix(methodLength).elementsEqual(
                UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            )
        }
    }

    /// Lets go of the bytes, so that the next ones can lie in the same place.
    mutating func forget() {
        bytes = ByteBuffer()
        lines.removeAll(keepingCapacity: true)
        (length, methodLength, targetPlace, known, isGET) = (0, 0, 0..<0, [], false)
    }

    /// Reads the head with which some bytes begin.
    ///
    /// - Returns: Whether they begin with a head that can be read.
    mutating func read(_ buffer: ByteBuffer) -> Bool {
        lines.removeAll(keepingCapacity: true)
        bytes = buffer
        fieldBytes = 0
        known = []
        length = buffer.withUnsafeReadableBytes { readHead($0) } ?? 0
        return length > 0
    }

    private mutating func readHead(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard var place = readRequestLine(bytes) else { return nil }
        while place + 1 < bytes.count {
            if bytes[place] == .carriageReturn {
                return bytes[place + 1] == .lineFeed ? place + 2 : nil
            }
            guard lines.count < RequestHead.lineLimit, let next = readField(bytes, from: place)
            else { return nil }
            place = next
        }
        return nil
    }

    /// Reads `GET /path HTTP/1.1` and returns where the next line begins.
    private mutating func readRequestLine(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var place = 0
        while place < bytes.count, bytes[place].isToken { place += 1 }
        methodLength = place
        isGET =
            place == 3 && bytes[0] == UInt8(ascii: "G") && bytes[1] == UInt8(ascii: "E")
            && bytes[2] == UInt8(ascii: "T")
        guard place > 0, place < bytes.count, bytes[place] == .space else { return nil }
        place += 1
        let start = place
        while place < bytes.count, bytes[place].isVisible { place += 1 }
        targetPlace = start..<place
        // A slash, and after the target a space, HTTP/1.x and CRLF.
        guard place > start, bytes[start] == UInt8(ascii: "/"), place + 11 <= bytes.count,
            bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self).bigEndian
                == RequestHead.protocolName,
            bytes[place + 9] == .carriageReturn, bytes[place + 10] == .lineFeed
        else { return nil }
        isPresentVersion = bytes[place + 8] == UInt8(ascii: "1")
        guard isPresentVersion || bytes[place + 8] == UInt8(ascii: "0") else { return nil }
        return place + 11
    }

    /// Reads `name: value` and returns where the next line begins.
    private mutating func readField(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
        var place = start
        while place < bytes.count, bytes[place].isToken { place += 1 }
        let name = start..<place
        guard !name.isEmpty, place < bytes.count, bytes[place] == UInt8(ascii: ":") else {
            return nil
        }
        place += 1
        while place < bytes.count, bytes[place].isBlank { place += 1 }
        let first = place
        place = bytes.endOfText(from: place)
        guard place + 1 < bytes.count, bytes[place] == .carriageReturn,
            bytes[place + 1] == .lineFeed
        else { return nil }
        // Whether blanks at the end belong to the value is read in different ways.
        guard place == first || !bytes[place - 1].isBlank else { return nil }
        note(UnsafeRawBufferPointer(rebasing: bytes[name]), start..<place, value: first..<place)
        lines.append(Line(name: name, value: first..<place))
        fieldBytes += RequestLimits.bytes(ofField: name.count, place - first)
        return place + 2
    }

    /// Notes a line by its field's name.
    private mutating func note(
        _ name: UnsafeRawBufferPointer,
        _ line: Range<Int>,
        value: Range<Int>
    ) {
        let field = KnownFields(named: name)
        guard !field.isEmpty else { return }
        if field == .credentials { credentialsPlace = line }
        if field == .host { hostPlace = value }
        known.add(field)
    }
}

extension RequestHead: HeaderFields {
    subscript(name: HTTPField.Name) -> String? {
        var joined: String?
        visit(name) { value in joined = joined.map { $0 + name.separator + value } ?? value }
        return joined
    }

    func values(of name: HTTPField.Name) -> [String] {
        var values: [String] = []
        visit(name) { values.append($0) }
        return values
    }

    /// Calls `body` with each value of a field, in the order in which they came.
    private func visit(_ name: HTTPField.Name, _ body: (String) -> Void) {
        let wanted = name.canonicalName.utf8
        bytes.withUnsafeReadableBytes { bytes in
            for line in lines where line.name.count == wanted.count {
                guard bytes[line.name].isEqual(to: wanted) else { continue }
                let value = UnsafeRawBufferPointer(rebasing: bytes[line.value])
                body(String(decoding: value, as: UTF8.self))
            }
        }
    }

    /// Whether there is any field of these names, which are in lower case.
    func hasField(of names: [StaticString]) -> Bool {
        bytes.withUnsafeReadableBytes { bytes in
            lines.contains { line in names.contains { bytes[line.name].isEqual(to: $0) } }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// Where the printable ASCII, blanks and tabs that begin at a place end.
    ///
    /// Eight bytes are looked at in one step, since keys and tokens are long; where one of them is something else, or a tab, each
    /// is looked at by itself.
    fileprivate func endOfText(from start: Int) -> Int {
        let every: UInt64 = 0x0101_0101_0101_0101
        let high = every << 7
        var place = start
        while true {
            while place + 8 <= count {
                let word = loadUnaligned(fromByteOffset: place, as: UInt64.self)
                let delete = word ^ (every &* 0x7F)
                // A subtraction borrows into a byte's highest bit where the byte is less.
                let others =
                    word | ((word &- every &* 0x20) & ~word) | ((delete &- every) & ~delete)
                guard others & high == 0 else { break }
                place += 8
            }
            let wordEnd = Swift.min(place + 8, count)
            while place < wordEnd, self[place].isVisible || self[place].isBlank { place += 1 }
            guard place == wordEnd, place < count else { return place }
        }
    }
}

extension UInt8 {
    fileprivate static let space = UInt8(ascii: " ")
    fileprivate static let carriageReturn = UInt8(ascii: "\r")
    fileprivate static let lineFeed = UInt8(ascii: "\n")

    /// Printable ASCII but the space: VCHAR of RFC 5234.
    fileprivate var isVisible: Bool { self > 0x20 && self < 0x7F }

    /// Whether the byte may stand in a method or a field's name: tchar of RFC 9110 section 5.6.2.
    ///
    /// These are the digits, the letters and fifteen signs; a bit stands for each, since every byte of every name is asked.
    fileprivate var isToken: Bool {
        let bits: UInt64 =
            self < 64 ? 0x03FF_6CFA_0000_0000 : self < 128 ? 0x57FF_FFFF_C7FF_FFFE : 0
        return bits >> UInt64(self & 63) & 1 == 1
    }
}
