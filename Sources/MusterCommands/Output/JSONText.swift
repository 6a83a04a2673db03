import WireJSON

/// Writes JSON values as text for programs that people look at, too.
///
/// Characters that would act on a terminal are escaped (RFC 8259 section 7), which changes nothing for a
/// program.
enum JSONText {
    private static let digits = Array("0123456789abcdef".utf8)

    /// The value in one line.
    static func line(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        write(value, depth: nil, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The value over several lines, two blanks for each level.
    static func indented(_ value: JSONValue) -> String {
        var bytes: [UInt8] = []
        write(value, depth: 0, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func write(_ value: JSONValue, depth: Int?, to bytes: inout [UInt8]) {
        switch value {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes += String(value).utf8
        case .number(let text): bytes += text.utf8
        case .string(let text): write(text, to: &bytes)
        case .array(let elements):
            writeList("[", "]", elements, depth, to: &bytes) { write($0, depth: $1, to: &$2) }
        case .object(let object):
            writeList("{", "}", object.members, depth, to: &bytes) { member, depth, bytes in
                write(member.name, to: &bytes)
                bytes += (depth == nil ? ":" : ": ").utf8
                write(member.value, depth: depth, to: &bytes)
            }
        }
    }

    private static func writeList<Element>(
        _ opening: String,
        _ closing: String,
        _ elements: [Element],
        _ depth: Int?,
        to bytes: inout [UInt8],
        _ element: (Element, Int?, inout [UInt8]) -> Void
    ) {
        let inner = depth.map { $0 + 1 }
        bytes += opening.utf8
        for index in elements.indices {
            if index > elements.startIndex { bytes.append(UInt8(ascii: ",")) }
            breakLine(inner, &bytes)
            element(elements[index], inner, &bytes)
        }
        if !elements.isEmpty { breakLine(depth, &bytes) }
        bytes += closing.utf8
    }

    private static func breakLine(_ depth: Int?, _ bytes: inout [UInt8]) {
        guard let depth else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: depth * 2)
    }

    private static func write(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(scalar.value)]
            case "\n": bytes += #"\n"#.utf8
            case _ where SafeText.acts(scalar):
                for unit in String(scalar).utf16 { writeEscape(unit, to: &bytes) }
            default: bytes += String(scalar).utf8
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private static func writeEscape(_ unit: UInt16, to bytes: inout [UInt8]) {
        bytes += #"\u"#.utf8
        for shift in [12, 8, 4, 0] {
            bytes.append(digits[Int(unit >> UInt16(shift) & 15)])
        }
    }
}
