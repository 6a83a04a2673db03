import MusterAPI
import Testing
import WireJSON

@Suite("Errors of the native API")
struct ErrorRecordTests {
    @Test(
        "a record is read as it is written, with its field and without one",
        arguments: ["f", nil]
    )
    func roundTrip(_ field: String?) throws {
        let record = ErrorRecord(
            code: "input.invalid",
            message: "\"f\" is none",
            field: field,
            rule: field.map { _ in "is none" }
        )
        var json = JSONWriter(reserving: 128)
        record.write(to: &json)
        guard case .object(let object) = try JSONValue(parsing: json.bytes) else {
            Issue.record("The body is no object.")
            return
        }
        #expect(ErrorRecord(in: object) == record)
    }

    @Test(
        "what is no error of this API is none",
        arguments: [
            "{}", #"{"error":"Not Found"}"#, #"{"error":null}"#, #"{"error":[]}"#,
            #"{"error":{"code":"a.b"}}"#, #"{"error":{"message":"m"}}"#,
            #"{"error":{"code":7,"message":"m"}}"#, #"{"code":"a.b","message":"m"}"#,
            #"{"error":{"code":"\#(String(repeating: "a", count: 5_000))","message":"m"}}"#,
            #"{"error":{"code":"a.b","message":"\#(String(repeating: "a", count: 5_000))"}}"#,
        ]
    )
    func strangers(_ text: String) throws {
        guard case .object(let object) = try JSONValue(parsing: Array(text.utf8)) else {
            Issue.record("The body is no object.")
            return
        }
        #expect(ErrorRecord(in: object) == nil)
    }
}
