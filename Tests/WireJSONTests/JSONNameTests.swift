import Testing
import TextBytes
import WireJSON

@Suite("Names of members")
struct JSONNameTests {
    private static let composed = "\u{E9}"
    private static let decomposed = "e\u{301}"

    private func object(_ text: String) throws -> JSONObject {
        let value = try JSONValue(parsing: text.utf8)
        guard case .object(let object) = value else {
            Issue.record("no object: \(value)")
            return JSONObject()
        }
        return object
    }

    private static func object(_ name: String, _ value: JSONValue) -> JSONObject {
        JSONObject([(name: name, value: value)])
    }

    @Test("two spellings of one letter are two names, and each finds its own")
    func spellings() throws {
        let object = try object(#"{"\#(Self.composed)":1,"\#(Self.decomposed)":2}"#)
        #expect(object[Self.composed] == .integer(1))
        #expect(object[Self.decomposed] == .integer(2))
        #expect(try self.object(#"{"\u212A":1}"#)["K"] == nil, "the sign for kelvin is no K")
    }

    @Test(
        "a name twice is refused among few and among many, by its bytes",
        arguments: [0, 15, 16, 40]
    )
    func duplicates(_ others: Int) throws {
        let rest = (0..<others).map { #""n\#($0)":0,"# }.joined()
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: "{\(rest)\"a\":1,\"\\u0061\":2}".utf8)
        }
        let text = "{\(rest)\"\(Self.composed)\":1,\"\(Self.decomposed)\":2}"
        #expect(try object(text).members.count == others + 2)
    }

    @Test("a name has at most 1,024 bytes, counted without escapes")
    func bound() throws {
        for letter in ["a", "\\u0061", "\\n"] {
            let most = String(repeating: letter, count: TextLimit.memberName)
            #expect(try object("{\"\(most)\":1}").members.count == 1)
            let refusal = #expect(throws: JSONError.self) {
                try JSONValue(parsing: "{\"\(most)\(letter)\":1}".utf8)
            }
            #expect(refusal?.message == "a name has more than 1024 bytes")
        }
    }

    @Test("values are equal where their bytes are")
    func equality() {
        #expect(JSONValue.string(Self.composed) != .string(Self.decomposed))
        #expect(JSONValue.string(Self.composed) == .string("\u{E9}"))
        #expect(
            JSONValue.object(Self.object(Self.composed, 1))
                != .object(Self.object(Self.decomposed, 1))
        )
        #expect(JSONValue.object(Self.object("a", 1)) != .object(Self.object("a", 2)))
        let kinds: [JSONValue] = [
            .null, .bool(true), .bool(false), .integer(1), .number("1.0"), .string("1"), .array([]),
            .array([.integer(1)]), .object(JSONObject()),
        ]
        for (index, left) in kinds.enumerated() {
            for (other, right) in kinds.enumerated() {
                #expect((left == right) == (index == other), "\(left) \(right)")
            }
        }
    }
}
