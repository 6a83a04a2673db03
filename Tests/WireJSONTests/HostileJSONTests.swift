import Testing
import WireJSON

@Suite("Refusing what is not JSON")
struct HostileJSONTests {
    @Test(
        "a text that RFC 8259 does not allow is refused",
        arguments: [
            // No value, or none that is whole.
            "", " ", "\n", "nul", "nulL", "nullx", "True", "tru", "falsee", "NaN", "Infinity",
            "-Infinity", "undefined", "'a'", "`a`", "a", "#", "//", "/**/1", "1//", "\u{FEFF}",
            // Numbers.
            "-", "+1", "01", "-01", "00", "1.", ".5", "-.5", "1e", "1e+", "1E-", "1.e1", "0x10",
            "1_0",
            "1,0", "--1", "1-", "1.2.3", "1e5.5", "\u{661}", "\u{FF11}", "1 2",
            // Strings.
            "\"", "\"a", "\"\\\"", "\"\\", "\"\\x41\"", "\"\\'\"", "\"\\u\"", "\"\\u12\"",
            "\"\\u12g4\"",
            "\"\\U0041\"", "\"\\u{41}\"", "\"\\u+041\"", "\"\\u 041\"", "\"\\uFF2\u{FF11}\"",
            "\"a\nb\"", "\"a\tb\"", "\"a\0b\"", "\"a\u{1F}b\"",
            // Surrogates.
            "\"\\ud800\"", "\"\\udc00\"", "\"\\ud800x\"", "\"\\ud800\\n\"", "\"\\ud800\\ud800\"",
            "\"\\udc00\\ud800\"", "\"\\ud83d\\u0041\"", "\"\\ud83d\\\"", "\"\\ud83d\\u\"",
            // Arrays and objects.
            "[", "]", "[1", "[1,", "[1,]", "[,1]", "[1 2]", "[1,,2]", "[1]]", "[1}", "{", "}",
            "{,}", "{1:2}",
            "{a:1}", "{'a':1}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}",
            "{\"a\":1,,}",
            "{\"a\" 1}", "{\"a\"::1}", "{\"a\":1]", "{\"a\":1}}", "{null:1}", "{[]:1}",
            // More than one value, or something after it.
            "{}{}", "[][]", "1 null", "{} x", "null\0", "{}\u{FEFF}", "\"a\"\"b\"",
            // Blanks that are none.
            "\u{A0}1", "\u{B}1", "\u{C}1", "\u{2028}1", "[1,\u{3000}2]",
            // One name twice.
            "{\"a\":1,\"a\":1}", "{\"a\":1,\"b\":2,\"\\u0061\":3}", "{\"\":1,\"\":2}",
            "{\"x\":{\"a\":1,\"a\":2}}",
            // A name that is too long, whatever it is made of.
            "{\"" + String(repeating: "a", count: 1_025) + "\":1}",
            "{\"" + String(repeating: "\u{E9}", count: 50_000) + "\":1}",
            "{\"" + String(repeating: "\\u00e9", count: 513) + "\":1}",
        ]
    )
    func texts(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test(
        "bytes that are not UTF-8 are refused",
        arguments: [
            // A byte order mark, UTF-16 and UTF-32.
            [0xEF, 0xBB, 0xBF, 0x7B, 0x7D], [0xFF, 0xFE, 0x31, 0x00], [0x00, 0x31], [0xFE, 0xFF],
            // In a string: continuation alone, sequence cut short, overlong, surrogate, beyond U+10FFFF.
            [0x22, 0x80, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xE2, 0x82, 0x22],
            [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xE0, 0x80, 0xAF, 0x22],
            [0x22, 0xED, 0xA0, 0x80, 0x22],
            [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xF8, 0x88, 0x80, 0x80, 0x80, 0x22],
            [0x22, 0xFF, 0x22], [0x22, 0xC3], [0x22, 0x61, 0xFF, 0x5C, 0x6E, 0x22],
            // Outside strings, and in a name.
            [0x80], [0x5B, 0xC3, 0xA9, 0x5D], [0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x31, 0x7D],
        ] as [[UInt8]]
    )
    func bytes(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: bytes) }
    }

    @Test("no prefix of a text is a text", arguments: [#"{"a":[1.5e3,"\u00e9\n",true,null]}"#])
    func prefixes(_ text: String) throws {
        let bytes = Array(text.utf8)
        _ = try JSONValue(parsing: bytes)
        for count in 0..<bytes.count {
            #expect(throws: JSONError.self) { try JSONValue(parsing: bytes[..<count]) }
        }
    }

    @Test("no single byte put in the place of another makes the parser trap")
    func flippedBytes() {
        let bytes = Array(#"{"k":[-1.5e3,"\ud83d\ude00"],"n":null}"#.utf8)
        var refused = 0
        for index in bytes.indices {
            for value in UInt8.min...UInt8.max {
                var altered = bytes
                altered[index] = value
                refused += (try? JSONValue(parsing: altered)) == nil ? 1 : 0
            }
        }
        #expect(refused > bytes.count * 100)
    }

    @Test("a long flat text is read in one go")
    func longTexts() throws {
        let text = "[" + Array(repeating: "\"a\"", count: 100_000).joined(separator: ",") + "]"
        guard case .array(let elements) = try JSONValue(parsing: text.utf8) else {
            Issue.record("no array")
            return
        }
        #expect(elements.count == 100_000)
    }
}
