import Testing
import WireJSON

@testable import MusterCommands

@Suite("Forms of the log")
struct LogFormatTests {
    private let hostile = "a \"quoted\"\nlevel=error message=forged \u{1B}[31m \u{2028}"

    @Test("a line of JSON is one object, whatever stands in it")
    func json() throws {
        let line = LogFormat.json.line("info", hostile, [("key", hostile), ("plain", "1")])
        let bytes = LogFormat.json.stamped(Array(line.utf8), "2026-01-02T03:04:05Z")
        #expect(bytes.last == UInt8(ascii: "\n") && bytes.count { $0 == UInt8(ascii: "\n") } == 1)
        guard case .object(let object) = try JSONValue(parsing: Array(bytes.dropLast())) else {
            Issue.record("no object")
            return
        }
        #expect(object.members.map(\.name) == ["time", "level", "message", "key", "plain"])
        #expect(object.members[2].value == .string(hostile))
        #expect(object.members[4].value == .string("1"))
    }

    @Test("a line of logfmt quotes what is not plain, and stays one line")
    func logfmt() {
        let line = LogFormat.logfmt.line("info", hostile, [("key", "plain"), ("other", "")])
        #expect(!line.contains("\n") && !line.contains("\u{1B}"))
        #expect(line.hasPrefix("level=info message=\"a \\\"quoted\\\"\\n"))
        #expect(line.hasSuffix(" key=plain other=\"\""))
    }

    @Test(
        "a value of logfmt is quoted where it has to be, and says what it holds",
        arguments: [
            ("plain", "plain"), ("C:\\mail", "C:\\mail"), ("it's", "it's"), ("", "\"\""),
            ("a b", "\"a b\""), ("a=b", "\"a=b\""), ("\"", "\"\\\"\""),
            ("Couldn't connect", "\"Couldn't connect\""), ("\\ '", "\"\\\\ '\""),
            ("a\\\" b", "\"a\\\\\\\" b\""), ("a\r\n\tb", "\"a\\r\\n\\tb\""),
            ("\0", "\"\\u{0}\""), ("\u{1B}[31m", "\"\\u{1B}[31m\""), ("\u{7F}", "\"\\u{7F}\""),
            ("\u{85}", "\"\\u{85}\""), ("\u{9B}2J", "\"\\u{9B}2J\""),
            ("\u{2028}", "\"\\u{2028}\""), ("\u{2029}", "\"\\u{2029}\""),
            ("\u{202E}moc", "\"\\u{202E}moc\""), ("Zoë", "\"Zoë\""), ("'\u{301}", "\"'\u{301}\""),
        ]
    )
    func logfmtQuotes(value: String, written: String) {
        let line = LogFormat.logfmt.line("info", "m", [("key", value)])
        let expected = "level=info message=m key=" + written
        #expect(Array(line.utf8) == Array(expected.utf8))
    }
}
