import Testing
import WireJSON

@Suite("JSON values")
struct JSONValueTests {
    @Test(
        "a value is written as it was read",
        arguments: [
            "null", "true", "false", "0", "-9223372036854775808", "1.50", "1e400",
            "123456789012345678901234567890", #""""#, #""ä \"\\ \n \u0001""#, "[]", "{}",
            #"[null,true,[1,[2.5]],{"a":{}}]"#, #"{"b":1,"a":[{"\"\n":null},"x"],"":2}"#,
        ]
    )
    func roundTrip(_ text: String) throws {
        let value = try JSONValue(parsing: text.utf8)
        let written = String(decoding: value.bytes, as: UTF8.self)
        #expect(written == text)
        #expect(try JSONValue(parsing: written.utf8) == value)
    }

    @Test("a value is written down in Swift as it looks on the wire")
    func literals() throws {
        let value: JSONValue = [
            "name": "Jane", "n": -7, "on": true, "x": .null, "list": [1, ["a"]],
        ]
        let text = #"{"name":"Jane","n":-7,"on":true,"x":null,"list":[1,["a"]]}"#
        #expect(String(decoding: value.bytes, as: UTF8.self) == text)
        #expect(try JSONValue(parsing: text.utf8) == value)
    }
}
