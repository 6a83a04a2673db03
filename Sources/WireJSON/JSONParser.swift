import TextBytes

extension JSONValue {
    /// How deep arrays and objects may be nested.
    public static let maximumDepth = 32

    /// Reads one JSON text (RFC 8259), strictly: UTF-8 without byte order mark, no name twice in an object,
    /// nothing after the value, at most ``maximumDepth`` levels and `TextLimit.memberName` bytes of a name.
    ///
    /// Names are compared as bytes, so that two spellings of one accented letter make two names.
    ///
    /// - Throws: ``JSONError``.
    public init(parsing bytes: some Collection<UInt8>) throws(JSONError) {
        var parser = JSONParser(Array(bytes))
        self = try parser.parseText()
    }
}

/// A recursive-descent parser over bytes.
struct JSONParser {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func parseText() throws(JSONError) -> JSONValue {
        let value = try parseValue(depth: 0)
        skipBlanks()
        guard index == bytes.count else { throw error("unexpected text after the value") }
        return value
    }

    private mutating func parseValue(depth: Int) throws(JSONError) -> JSONValue {
        skipBlanks()
        guard let byte = peek else { throw error("the text ends where a value is expected") }
        switch byte {
        case UInt8(ascii: "{"):
            return .object(try parseObject(depth: depth + 1))
        case UInt8(ascii: "["):
            return .array(try parseArray(depth: depth + 1))
        case UInt8(ascii: "\""):
            return .string(try parseString())
        case UInt8(ascii: "t"):
            try expect("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try expect("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try expect("null")
            return .null
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try parseNumber()
        default:
            throw error("unexpected character where a value is expected")
        }
    }

    private mutating func parseObject(depth: Int) throws(JSONError) -> JSONObject {
        try enter(depth)
        var members: [(name: String, value: JSONValue)] = []
        var names = SeenMembers()
        if try closes(UInt8(ascii: "}")) { return JSONObject() }
        while true {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw error("a member's name is expected") }
            let name = try parseString()
            // Measured before anything is asked of it.
            guard name.utf8.count <= TextLimit.memberName else {
                throw error("a name has more than \(TextLimit.memberName) bytes")
            }
            guard names.insert(name, behind: members) else {
                throw error("a name occurs twice in an object")
            }
            skipBlanks()
            guard peek == UInt8(ascii: ":") else { throw error("a colon is expected") }
            index += 1
            members.append((name, try parseValue(depth: depth)))
            if try endsElement(UInt8(ascii: "}")) { return JSONObject(members) }
        }
    }

    private mutating func parseArray(depth: Int) throws(JSONError) -> [JSONValue] {
        try enter(depth)
        if try closes(UInt8(ascii: "]")) { return [] }
        var elements: [JSONValue] = []
        while true {
            elements.append(try parseValue(depth: depth))
            if try endsElement(UInt8(ascii: "]")) { return elements }
        }
    }

    private mutating func enter(_ depth: Int) throws(JSONError) {
        guard depth <= JSONValue.maximumDepth else {
            throw error("nested deeper than \(JSONValue.maximumDepth) levels")
        }
        index += 1
    }

    private mutating func closes(_ bracket: UInt8) throws(JSONError) -> Bool {
        skipBlanks()
        guard peek == bracket else { return false }
        index += 1
        return true
    }

    /// Passes over a comma, answering false, or over the closing bracket, answering true.
    private mutating func endsElement(_ bracket: UInt8) throws(JSONError) -> Bool {
        skipBlanks()
        switch peek {
        case bracket:
            index += 1
            return true
        case UInt8(ascii: ","):
            index += 1
            return false
        default:
            throw error("a comma or a closing bracket is expected")
        }
    }

    private mutating func parseNumber() throws(JSONError) -> JSONValue {
        let start = index
        if peek == UInt8(ascii: "-") { index += 1 }
        if peek == UInt8(ascii: "0") {
            index += 1
        } else {
            try skipDigits()
        }
        var isInteger = true
        if peek == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try skipDigits()
        }
        if peek == UInt8(ascii: "e") || peek == UInt8(ascii: "E") {
            isInteger = false
            index += 1
            if peek == UInt8(ascii: "+") || peek == UInt8(ascii: "-") { index += 1 }
            try skipDigits()
        }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let value = Int64(text) { return .integer(value) }
        return .number(text)
    }

    private mutating func skipDigits() throws(JSONError) {
        let start = index
        while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
        guard index > start else { throw error("a digit is expected") }
    }

    private mutating func parseString() throws(JSONError) -> String {
        index += 1
        // Filled from the first escape on; nearly all strings have none and are read where they lie.
        var text: [UInt8] = []
        var start = index
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                let rest = bytes[start..<index]
                index += 1
                let string =
                    text.isEmpty
                    ? String(validating: rest, as: UTF8.self)
                    : String(validating: text + rest, as: UTF8.self)
                guard let string else { throw error("a string is not UTF-8") }
                return string
            case UInt8(ascii: "\\"):
                text += bytes[start..<index]
                index += 1
                text += try parseEscape()
                start = index
            case 0..<0x20:
                throw error("a control character stands in a string")
            default:
                index += 1
            }
        }
        throw error("the text ends inside a string")
    }

    private mutating func parseEscape() throws(JSONError) -> [UInt8] {
        guard let byte = peek else { throw error("the text ends inside a string") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [0x08]
        case UInt8(ascii: "f"): return [0x0C]
        case UInt8(ascii: "n"): return [0x0A]
        case UInt8(ascii: "r"): return [0x0D]
        case UInt8(ascii: "t"): return [0x09]
        case UInt8(ascii: "u"): return try parseUnicodeEscape()
        default: throw error("an unknown escape stands in a string")
        }
    }

    private mutating func parseUnicodeEscape() throws(JSONError) -> [UInt8] {
        let first = try parseHex()
        var number = UInt32(first)
        if (0xD800..<0xDC00).contains(first) {
            guard peek == UInt8(ascii: "\\"), index + 1 < bytes.count,
                bytes[index + 1] == UInt8(ascii: "u")
            else { throw error("half of a surrogate pair is missing") }
            index += 2
            let second = try parseHex()
            guard (0xDC00..<0xE000).contains(second) else {
                throw error("half of a surrogate pair is missing")
            }
            number = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(number) else {
            throw error("half of a surrogate pair is missing")
        }
        return Array(String(Character(scalar)).utf8)
    }

    private mutating func parseHex() throws(JSONError) -> UInt16 {
        guard index + 4 <= bytes.count else { throw error("the text ends inside a string") }
        var number: UInt16 = 0
        for byte in bytes[index..<index + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80 else {
                throw error("four hexadecimal digits are expected")
            }
            number = number << 4 | UInt16(digit)
        }
        index += 4
        return number
    }

    private mutating func expect(_ word: StaticString) throws(JSONError) {
        let end = index + word.utf8CodeUnitCount
        let matches =
            end <= bytes.count
            && bytes[index..<end].elementsEqual(
                UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            )
        guard matches else { throw error("an unknown word stands where a value is expected") }
        index = end
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            index += 1
        }
    }

    private var peek: UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private func error(_ message: String) -> JSONError {
        JSONError(message: message, offset: index)
    }
}

/// The names of an object's members so far.
///
/// A few are compared one by one, which costs less than hashing them; with many that would take for ever.
private struct SeenMembers {
    /// From how many members on their names are hashed.
    private static let few = 16

    private var names: Set<ByteText> = []

    /// Adds a name; answers whether it is new.
    mutating func insert(
        _ name: String,
        behind members: [(name: String, value: JSONValue)]
    ) -> Bool {
        if members.count < SeenMembers.few {
            return !members.contains { $0.name.hasSameBytes(as: name) }
        }
        if names.isEmpty { names = Set(members.map { ByteText($0.name) }) }
        return names.insert(ByteText(name)).inserted
    }
}
