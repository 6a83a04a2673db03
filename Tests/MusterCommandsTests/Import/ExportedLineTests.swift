import MusterAPI
import Testing
import WireJSON

@testable import MusterCommands

@Suite("Lines of an export")
struct ExportedLineTests {
    private static let fields = ImportBody.fields.filter {
        ["username", "name", "hosts"].contains($0.name)
    }

    private func text(_ line: String, isCSV: Bool, isForTerminal: Bool) throws -> String {
        let form = ExportedLine(
            fields: isCSV ? Self.fields : nil,
            isForTerminal: isForTerminal
        )
        return String(decoding: try form.bytes(of: Array(line.utf8)), as: UTF8.self)
    }

    @Test("in a file a line of JSON is what the server has sent, and CSV what it means")
    func file() throws {
        let line = #"{"username":"jane","name":"\u001b[2J","hosts":["10.0.0.1","10.0.0.2"]}"#
        #expect(try text(line, isCSV: false, isForTerminal: false) == line + "\n")
        #expect(try text("{ }", isCSV: false, isForTerminal: false) == "{ }\n")
        #expect(
            try text(line, isCSV: true, isForTerminal: false)
                == "jane,\u{1B}[2J,10.0.0.1;10.0.0.2\n"
        )
    }

    @Test("on a terminal nothing acts that a server has sent", arguments: HostileTextTests.hostile)
    func terminal(_ evil: String) throws {
        let value = JSONValue.object(
            JSONObject([
                ("username", .string(evil)), ("name", .string(evil)),
                ("hosts", .array([.string(evil), .string(";\(evil)")])), (evil, .string(evil)),
            ])
        )
        let line = String(decoding: value.bytes, as: UTF8.self)
        for isCSV in [true, false] {
            let shown = try text(line, isCSV: isCSV, isForTerminal: true)
            #expect(shown.hasSuffix("\n"))
            #expect(!shown.dropLast().unicodeScalars.contains(where: SafeText.acts))
        }
        let shown = try text(line, isCSV: false, isForTerminal: true)
        #expect(try JSONValue(parsing: shown.utf8.dropLast()) == value)
    }

    @Test("on a terminal, and in CSV, what is no user is told")
    func strangers() {
        for line in ["\u{1B}]0;title\u{07}", "{}", "[]", ""] {
            for (isCSV, isForTerminal) in [(true, false), (true, true), (false, true)] {
                #expect(throws: CommandError.self) {
                    try text(line, isCSV: isCSV, isForTerminal: isForTerminal)
                }
            }
        }
    }
}
