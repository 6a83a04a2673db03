import Testing
import WireJSON

@Suite("Reading JSON")
struct JSONParserTests {
    @Test(
        "a value is read as what it is",
        arguments: [
            ("null", .null),
            ("true", .bool(true)),
            ("false", .bool(false)),
            ("0", .integer(0)),
            ("-0", .integer(0)),
            ("7", .integer(7)),
            ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)),
            ("7.0", .number("7.0")),
            ("-1.5e+300", .number("-1.5e+300")),
            ("1E9", .number("1E9")),
            ("\"\"", .string("")),
            ("\"7\"", .string("7")),
            ("[]", .array([])),
            ("{}", .object(JSONObject())),
            (
                " \t\r\n[ 1 , [ ] , { } ] \n",
                .array([.integer(1), .array([]), .object(JSONObject())])
            ),
        ] as [(String, JSONValue)]
    )
    func values(_ text: String, _ value: JSONValue) throws {
        #expect(try JSONValue(parsing: text.utf8) == value)
    }

    @Test(
        "an integer that 64 bits do not hold keeps its text",
        arguments: [
            "9223372036854775808", "-9223372036854775809", "18446744073709551616",
            "1" + String(repeating: "0", count: 400),
        ]
    )
    func hugeIntegers(_ text: String) throws {
        #expect(try JSONValue(parsing: text.utf8) == .number(text))
    }

    @Test(
        "an escape becomes its character",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#""\u0041\u00e9\u00E9""#, "A\u{E9}\u{E9}"),
            (#""\u0000""#, "\0"),
            (#""\ud83d\ude00""#, "\u{1F600}"),
            (#""\uD800\uDC00""#, "\u{10000}"),
            (#""\udbff\udfff""#, "\u{10FFFF}"),
            (#""\uffff\ufeff""#, "\u{FFFF}\u{FEFF}"),
            (#""a\u0020b""#, "a b"),
        ]
    )
    func escapes(_ text: String, _ string: String) throws {
        let value = try JSONValue(parsing: text.utf8)
        guard case .string(let read) = value else {
            Issue.record("\(value) is no string")
            return
        }
        #expect(Array(read.utf8) == Array(string.utf8))
    }

    @Test("members keep their order and are found by name")
    func members() throws {
        let value = try JSONValue(parsing: #"{"b":1,"a":null,"":[],"B":2}"#.utf8)
        guard case .object(let object) = value else {
            Issue.record("\(value) is no object")
            return
        }
        #expect(object.members.map(\.name) == ["b", "a", "", "B"])
        #expect(object["b"] == .integer(1))
        #expect(object["a"] == .null)
        #expect(object[""] == .array([]))
        #expect(object["c"] == nil)
    }

    @Test("objects are equal when members, values and order are")
    func equality() throws {
        let first = try JSONValue(parsing: #"{"a":1,"b":2}"#.utf8)
        #expect(try JSONValue(parsing: #"{ "a" : 1, "b" : 2 }"#.utf8) == first)
        #expect(try JSONValue(parsing: #"{"b":2,"a":1}"#.utf8) != first)
        #expect(try JSONValue(parsing: #"{"a":1}"#.utf8) != first)
        #expect(try JSONValue(parsing: #"{"a":1,"b":2.0}"#.utf8) != first)
    }

    @Test("32 levels of nesting are read", arguments: ["[", "{\"a\":"])
    func deepestNesting(_ opening: String) throws {
        let closing = opening == "[" ? "]" : "}"
        let innermost = opening == "[" ? "" : "1"
        func text(_ depth: Int) -> String {
            String(repeating: opening, count: depth) + innermost
                + String(repeating: closing, count: depth)
        }
        _ = try JSONValue(parsing: text(32).utf8)
        #expect(throws: JSONError.self) { try JSONValue(parsing: text(33).utf8) }
        #expect(throws: JSONError.self) { try JSONValue(parsing: text(200_000).utf8) }
    }

    @Test("levels are counted from the outside, not altogether")
    func wideNesting() throws {
        let inner = String(repeating: "[", count: 31) + String(repeating: "]", count: 31)
        let text = "[" + Array(repeating: inner, count: 50).joined(separator: ",") + "]"
        _ = try JSONValue(parsing: text.utf8)
    }

    @Test(
        "the kind of a value is named for people",
        arguments: zip(
            ["null", "true", "1", "1.5", "\"\"", "[]", "{}"],
            [
                "null", "a boolean", "a number", "a number", "a string", "an array", "an object",
            ]
        )
    )
    func kinds(_ text: String, _ kind: String) throws {
        #expect(try JSONValue(parsing: text.utf8).kind == kind)
    }

    @Test("a refusal says where the text went wrong")
    func offsets() {
        let refusal = #expect(throws: JSONError.self) {
            try JSONValue(parsing: #"{"a": tru}"#.utf8)
        }
        #expect(refusal?.offset == 6)
        #expect(refusal?.message.isEmpty == false)
    }

    @Test("any collection of bytes is read")
    func slices() throws {
        let bytes = Array("xx[1]yy".utf8)
        #expect(try JSONValue(parsing: bytes[2..<5]) == .array([.integer(1)]))
    }
}
