import TextBytes
import WireJSON

/// A place in a filter or path, which are read as bytes.
struct SCIMScanner {
    private let bytes: [UInt8]
    private(set) var place = 0

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// Why no value stands where one has to.
    struct Fault: Error {
        let message: String
    }

    /// The next byte that is no blank.
    var peek: UInt8? {
        bytes[place...].first { !Self.isBlank($0) }
    }

    /// Whether nothing but blanks is left.
    var isAtEnd: Bool { peek == nil }

    /// Passes over a byte, after blanks.
    mutating func take(_ byte: UInt8) -> Bool {
        guard let next = bytes[place...].firstIndex(where: { !Self.isBlank($0) }),
            bytes[next] == byte
        else { return false }
        place = next + 1
        return true
    }

    /// Passes over a byte that stands right here.
    mutating func takeHere(_ byte: UInt8) -> Bool {
        guard place < bytes.count, bytes[place] == byte else { return false }
        place += 1
        return true
    }

    /// Passes over a word, in any case, after which something else begins.
    mutating func take(word: String, before mark: UInt8? = nil) -> Bool {
        var copy = self
        guard copy.takeName().hasSameFoldedBytes(as: word) else { return false }
        if let mark, copy.peek != mark { return false }
        self = copy
        return true
    }

    /// Whether one of the operators comes next.
    var nextIsOperator: Bool {
        var copy = self
        let word = copy.takeName()
        return SCIMComparison.Operator.allCases.contains {
            $0.rawValue.hasSameFoldedBytes(as: word)
        }
    }

    /// Takes a name: letters, digits and what URNs have; empty where none begins.
    mutating func takeName() -> String {
        skipBlanks()
        let start = place
        while place < bytes.count, Self.isOfName(bytes[place]) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// Takes the name after a dot that stands right here; nil if there is none.
    mutating func takeTail() -> String? {
        guard takeHere(UInt8(ascii: ".")) else { return nil }
        let start = place
        while place < bytes.count, Self.isOfName(bytes[place]) { place += 1 }
        return String(decoding: bytes[start..<place], as: UTF8.self)
    }

    /// Passes over everything up to a byte and over it, quoted texts as a whole.
    mutating func skip(to byte: UInt8) -> Bool {
        while place < bytes.count {
            if bytes[place] == UInt8(ascii: "\"") {
                guard (try? takeValue()) != nil else { return false }
                continue
            }
            place += 1
            if bytes[place - 1] == byte { return true }
        }
        return false
    }

    /// Takes a value: a JSON text in quotes, or a word up to the next blank, parenthesis or bracket.
    mutating func takeValue() throws(Fault) -> JSONValue {
        skipBlanks()
        guard place < bytes.count else { throw Fault(message: "expected a value") }
        if bytes[place] == UInt8(ascii: "\"") { return try takeString() }
        let start = place
        while place < bytes.count, !Self.endsWord(bytes[place]) { place += 1 }
        let word = bytes[start..<place]
        guard !word.isEmpty, word.first != UInt8(ascii: "'"), word.first != UInt8(ascii: "{") else {
            throw Fault(message: "expected a value in double quotes")
        }
        switch try? JSONValue(parsing: word) {
        case .array, .object, .string: throw Fault(message: "expected a value in double quotes")
        case let value?: return value
        case nil: return .string(String(decoding: word, as: UTF8.self))
        }
    }

    private mutating func takeString() throws(Fault) -> JSONValue {
        var end = place + 1
        while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
            end += bytes[end] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard end < bytes.count, let value = try? JSONValue(parsing: bytes[place...end]) else {
            throw Fault(message: "the text in quotes does not end, or has a wrong escape")
        }
        place = end + 1
        return value
    }

    private mutating func skipBlanks() {
        while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func endsWord(_ byte: UInt8) -> Bool {
        isBlank(byte) || "()[]\"".utf8.contains(byte)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: ".:$_-/".utf8.contains(byte)
        }
    }
}
