import WireJSON

/// How a line of the log is written.
enum LogFormat: String, CaseIterable, Sendable {
    /// `time=... level=... message="..." key=value`.
    case logfmt
    /// One JSON object.
    case json

    /// A line without its time.
    ///
    /// - Parameters:
    ///   - level: How serious it is.
    ///   - message: What is said.
    ///   - fields: What belongs to it, in the order in which it is written.
    /// - Returns: The line.
    func line(
        _ level: String,
        _ message: String,
        _ fields: [(key: String, value: String)]
    ) -> String {
        switch self {
        case .logfmt:
            return fields.reduce("level=\(level) message=\(LogFormat.quoted(message))") {
                $0 + " \($1.key)=\(LogFormat.quoted($1.value))"
            }
        case .json:
            let members =
                [("level", level), ("message", message)] + fields.map { ($0.key, $0.value) }
            return members.map { LogFormat.json($0) + ":" + LogFormat.json($1) }.joined(
                separator: ","
            )
        }
    }

    /// A line with its time and its end, as it is written.
    func stamped(_ line: [UInt8], _ time: String) -> [UInt8] {
        switch self {
        case .logfmt: Array("time=\(time) ".utf8) + line + [UInt8(ascii: "\n")]
        case .json: Array("{\"time\":\"\(time)\",".utf8) + line + Array("}\n".utf8)
        }
    }

    private static func json(_ text: String) -> String {
        JSONText.line(.string(text))
    }

    /// Quotes what has blanks or quotes, and keeps line breaks out, so that nobody can forge a line.
    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                (0x21...0x7E).contains(scalar.value) && scalar != "\"" && scalar != "="
            }
        return isPlain ? text : "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    /// A character between quotes: what ends a line, steers a terminal or turns the direction of writing is spelled out.
    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"", "\\": return "\\\(scalar)"
        case "\n": return "\\n"
        case "\r": return "\\r"
        case "\t": return "\\t"
        default: break
        }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator:
            return "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        default: return String(scalar)
        }
    }
}
