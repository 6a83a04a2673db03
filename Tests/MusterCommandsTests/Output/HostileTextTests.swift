import Testing
import WireJSON

@testable import MusterCommands

@Suite("Text of strangers on its way to a terminal")
struct HostileTextTests {
    static let hostile = [
        "\u{1B}[2J", "\u{1B}]0;title\u{07}", "\u{9B}31m", "a\rb", "a\nb", "\u{08}\u{08}", "\u{0}",
        "\u{7F}", "\u{85}", "\u{202E}gpj.exe", "\u{2066}x\u{2069}", "\u{200F}", "\u{2028}",
        "\u{FEFF}", "\u{AD}", "\u{E0041}", "\u{200B}", "\u{61C}",
    ]

    @Test("what would act on a terminal becomes something to look at", arguments: hostile)
    func escaped(_ text: String) {
        let safe = SafeText.escaped("x" + text + "y")
        #expect(!safe.unicodeScalars.contains(where: SafeText.acts))
        #expect(safe.hasPrefix("x") && safe.hasSuffix("y") && safe.contains("\\"))
    }

    @Test(
        "what is only seen stays as it is",
        arguments: ["jane@example.com", "Zoë", "太郎", "👩‍👩‍👧", "क्‍ष", "O'Hara \\ \"x\"", " "]
    )
    func harmless(_ text: String) {
        #expect(SafeText.escaped(text) == text)
    }

    @Test("escapes name the character")
    func escapes() {
        #expect(SafeText.escaped("\u{1B}\n\t\r\u{202E}") == #"\u{1b}\n\t\r\u{202e}"#)
    }

    @Test("JSON escapes it, and means the same", arguments: hostile)
    func json(_ text: String) throws {
        let value = JSONValue.object(JSONObject([(text, .string(text + "\"\\é🙂"))]))
        for written in [JSONText.line(value), JSONText.indented(value)] {
            let isClean = written.unicodeScalars.allSatisfy { !SafeText.acts($0) || $0 == "\n" }
            #expect(isClean)
            #expect(try JSONValue(parsing: written.utf8) == value)
        }
    }

    @Test("a table, a message and CSV on a terminal hold nothing that acts", arguments: hostile)
    func outputs(_ text: String) throws {
        let record = JSONObject([("id", .integer(1)), ("name", .string(text))])
        for format in OutputFormat.allCases {
            let recorder = Recorder(isTerminal: true, environment: ["NO_COLOR": "1"])
            var options = OutputOptions()
            (options.format, options.quiet, options.time) = (format, false, nil)
            var list = options.list(.sample, on: recorder.console)
            try list.append([record])
            try list.finish()
            try options.show(record, .sample, on: recorder.console)
            try options.done(text, record, .sample, on: recorder.console)
            let isClean = recorder.text.unicodeScalars.allSatisfy {
                !SafeText.acts($0) || $0 == "\n"
            }
            #expect(isClean, "\(format)")
        }
    }
}
