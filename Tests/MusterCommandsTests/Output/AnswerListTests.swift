import Testing
import TextBytes
import WireJSON

@testable import MusterCommands

@Suite("Lists in a server's answer")
struct AnswerListTests {
    private func object(_ text: String) throws -> JSONObject {
        guard case .object(let object) = try JSONValue(parsing: text.utf8) else {
            throw CommandError(.fault, "no object: \(text)")
        }
        return object
    }

    @Test(
        "an answer without its list is no empty list",
        arguments: [
            "{}", #"{"users":null}"#, #"{"users":{}}"#, #"{"users":""}"#, #"{"users":0}"#,
            #"{"users":[1]}"#, #"{"users":[{},null]}"#, #"{"Users":[]}"#, #"{"user":[]}"#,
        ]
    )
    func missing(_ text: String) throws {
        let object = try object(text)
        let refusal = #expect(throws: CommandError.self) { try object.list("users") }
        #expect(refusal?.status == .protocolMismatch)
        #expect(refusal?.message == "The server's answer has no list of users.")
    }

    @Test("a list is read with its records, and an empty one is empty")
    func present() throws {
        #expect(try object(#"{"users":[]}"#).list("users").isEmpty)
        #expect(try object(#"{"users":[{"id":2},{"id":3}]}"#).list("users").count == 2)
        #expect(try object(#"{"hosts":["10.0.0.1"]}"#).textList("hosts") == ["10.0.0.1"])
    }

    @Test(
        "a user's record without hosts is not one of a user who may come from anywhere",
        arguments: ["{}", #"{"hosts":null}"#, #"{"hosts":"10.0.0.1"}"#, #"{"hosts":[7]}"#]
    )
    func hosts(_ text: String) throws {
        let object = try object(text)
        let refusal = #expect(throws: CommandError.self) { try object.textList("hosts") }
        #expect(refusal?.message == "The server's answer has no list of hosts.")
    }

    @Test("a host that is longer than any text of an answer is refused")
    func longHosts() throws {
        let long = String(repeating: "a", count: TextLimit.answer + 1)
        let object = try object(#"{"hosts":["\#(long)"]}"#)
        #expect(throws: CommandError.self) { try object.textList("hosts") }
    }

    @Test("a cell of CSV is quoted where it has to be, whatever stands in it")
    func cells() {
        let cells = ["", "a", " a", "a ", "a,b", "a\"b", "\"", "a\nb", "\u{E9}", " \u{301}"]
        #expect(
            CSVText.line(cells)
                == ",a,\" a\",\"a \",\"a,b\",\"a\"\"b\",\"\"\"\",\"a\nb\",\u{E9},\" \u{301}\"\n"
        )
    }
}
