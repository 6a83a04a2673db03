/// Reads CBOR strictly: the canonical form of CTAP2 (FIDO CTAP 2.1 section 8), with integers, byte and text strings, arrays,
/// maps, true, false and null.
///
/// Lengths are definite and in the shortest form, keys of a map are sorted and differ, nothing is deeper than
/// ``maximumDepth``. The reader says how far it has read, since after a value others may follow.
struct CBORReader {
    /// How deep values may stand in each other, as in CTAP2.
    static let maximumDepth = 4
    /// The most bytes that are read.
    static let maximumBytes = 16_384

    private let bytes: [UInt8]
    /// Where the next value begins.
    private(set) var offset: Int

    /// Reads from an offset on.
    ///
    /// - Throws: ``CBORError`` where there are too many bytes.
    init(_ bytes: [UInt8], at offset: Int = 0) throws(CBORError) {
        guard bytes.count <= CBORReader.maximumBytes else {
            throw CBORError(message: "more than 16384 bytes", offset: CBORReader.maximumBytes)
        }
        self.bytes = bytes
        self.offset = offset
    }

    /// The one value that some bytes are, with nothing after it.
    ///
    /// - Throws: ``CBORError``.
    static func value(of bytes: [UInt8]) throws(CBORError) -> CBORValue {
        var reader = try CBORReader(bytes)
        let value = try reader.next()
        guard reader.isAtEnd else { throw reader.error("something after the value") }
        return value
    }

    /// Whether all bytes were read.
    var isAtEnd: Bool { offset == bytes.count }

    /// Reads the next value.
    ///
    /// - Throws: ``CBORError``.
    mutating func next() throws(CBORError) -> CBORValue { try next(depth: 1) }

    private mutating func next(depth: Int) throws(CBORError) -> CBORValue {
        guard depth <= CBORReader.maximumDepth else { throw error("values too deep in each other") }
        let head = try take(1)[0]
        let (kind, low) = (head >> 5, head & 31)
        if kind == 7 { return try simple(low) }
        let argument = try argument(low)
        switch kind {
        case 0:
            return .integer(try number(argument))
        case 1:
            return .integer(-1 - (try number(argument)))
        case 2:
            return .bytes(try take(argument))
        case 3:
            return .text(try text(argument))
        case 4:
            let count = try self.count(argument, eachAtLeast: 1)
            var values: [CBORValue] = []
            for _ in 0..<count { values.append(try next(depth: depth + 1)) }
            return .array(values)
        case 5:
            return .map(try pairs(self.count(argument, eachAtLeast: 2), depth))
        default:
            throw error("a tag")
        }
    }

    private mutating func pairs(_ count: Int, _ depth: Int) throws(CBORError) -> [CBORPair] {
        var pairs: [CBORPair] = []
        var former: ArraySlice<UInt8>?
        for _ in 0..<count {
            let start = offset
            let key = try next(depth: depth + 1)
            switch key {
            case .integer, .text, .bytes: break
            default: throw error("a key that is neither a number nor a text")
            }
            let written = bytes[start..<offset]
            if let former, !CBORReader.comesBefore(former, written) {
                throw error("keys that are not in order, or twice the same")
            }
            former = written
            pairs.append(CBORPair(key: key, value: try next(depth: depth + 1)))
        }
        return pairs
    }

    /// The order of keys: by kind, then the shorter, then byte by byte.
    private static func comesBefore(_ one: ArraySlice<UInt8>, _ other: ArraySlice<UInt8>) -> Bool {
        let kinds = (one.first.map { $0 >> 5 } ?? 0, other.first.map { $0 >> 5 } ?? 0)
        if kinds.0 != kinds.1 { return kinds.0 < kinds.1 }
        if one.count != other.count { return one.count < other.count }
        return one.lexicographicallyPrecedes(other)
    }

    private func simple(_ low: UInt8) throws(CBORError) -> CBORValue {
        switch low {
        case 20: .bool(false)
        case 21: .bool(true)
        case 22: .null
        default: throw error("a value that authenticators do not use")
        }
    }

    /// The number after the head of a value, in its shortest form.
    private mutating func argument(_ low: UInt8) throws(CBORError) -> UInt64 {
        guard low >= 24 else { return UInt64(low) }
        guard low <= 27 else { throw error("a length that is not definite") }
        let size = 1 << Int(low - 24)
        let value = try take(UInt64(size)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let least: UInt64 = low == 24 ? 24 : 1 << UInt64(size * 4)
        guard value >= least else { throw error("a number that is not in its shortest form") }
        return value
    }

    private func number(_ argument: UInt64) throws(CBORError) -> Int64 {
        guard let number = Int64(exactly: argument) else {
            throw error("a number that is too large")
        }
        return number
    }

    /// A number of values that can be there at all, since each takes some bytes.
    private func count(_ argument: UInt64, eachAtLeast size: UInt64) throws(CBORError) -> Int {
        guard argument <= UInt64(bytes.count - offset) / size else {
            throw error("fewer values than it says")
        }
        return Int(argument)
    }

    private mutating func text(_ count: UInt64) throws(CBORError) -> [UInt8] {
        let text = try take(count)
        guard String(validating: text, as: UTF8.self) != nil else {
            throw error("a text that is no UTF-8")
        }
        return text
    }

    private mutating func take(_ count: UInt64) throws(CBORError) -> [UInt8] {
        guard count <= UInt64(bytes.count - offset) else { throw error("fewer bytes than it says") }
        defer { offset += Int(count) }
        return Array(bytes[offset..<offset + Int(count)])
    }

    private func error(_ message: String) -> CBORError {
        CBORError(message: message, offset: offset)
    }
}
