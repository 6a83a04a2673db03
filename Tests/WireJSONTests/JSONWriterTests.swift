import Testing
import WireJSON

@Suite("Writing JSON")
struct JSONWriterTests {
    @Test("commas come by themselves")
    func commas() {
        var json = JSONWriter()
        json.object { json in
            json.member("a", 1)
            json.member("b", "x")
            json.member("c", true)
            json.null("d")
            json.name("e")
            json.array { json in
                json.integer(1)
                json.string("2")
                json.bool(false)
                json.null()
                json.array { _ in }
                json.object { _ in }
                json.object { $0.member("f", Int64(2)) }
            }
            json.name("g")
            json.object { _ in }
            json.member("h", 0)
        }
        let expected =
            #"{"a":1,"b":"x","c":true,"d":null,"e":[1,"2",false,null,[],{},{"f":2}],"g":{},"h":0}"#
        #expect(json.text == expected)
    }

    @Test(
        "integers of every size are written out",
        arguments: [
            (0, "0"), (-1, "-1"), (10, "10"), (1_000_000, "1000000"),
            (.max, "9223372036854775807"), (.min, "-9223372036854775808"),
        ] as [(Int64, String)]
    )
    func integers(_ value: Int64, _ text: String) throws {
        var json = JSONWriter()
        json.integer(value)
        #expect(json.text == text)
        #expect(try JSONValue(parsing: json.bytes) == .integer(value))
    }

    @Test(
        "a string of several pieces is written as if they had been put together before",
        arguments: [
            ("https://a.example/scim/v2", "0"), ("", ""), ("a\"", "b"), ("a", "\n"),
            ("\u{E9}", "\\\0"),
            (String(repeating: "x", count: 700), String(repeating: "\"", count: 700)),
        ]
    )
    func pieces(_ first: String, _ last: String) {
        var (json, other) = (JSONWriter(reserving: 8), JSONWriter())
        json.object { json in
            json.member("a", first, "/Users/", last)
            json.member("b", first, "", last)
        }
        other.object { other in
            other.member("a", first + "/Users/" + last)
            other.member("b", first + last)
        }
        #expect(json.text == other.text)
    }

    @Test("members that were written before are written again, with commas round them")
    func parts() {
        let text = Array(#"{"a":1,"b":[2]}"#.utf8)
        var json = JSONWriter()
        json.object { json in
            json.written(text[1..<6])
            json.member("c", 3)
            json.written(text[7..<14])
            json.name("d")
            json.written(text[11..<14])
        }
        #expect(json.text == #"{"a":1,"c":3,"b":[2],"d":[2]}"#)
    }

    @Test(
        "what RFC 8259 wants escaped is, and nothing else",
        arguments: [
            ("", #""""#), ("a/b", #""a/b""#), ("\"\\", #""\"\\""#), ("\n", #""\n""#),
            ("\0\u{1}\u{F}\u{10}\u{1F}", ##""\u0000\u0001\u000f\u0010\u001f""##),
            ("\t\r\u{8}\u{C}", ##""\u0009\u000d\u0008\u000c""##),
            ("\u{7F}\u{E9}\u{1F600}\u{2028}", "\"\u{7F}\u{E9}\u{1F600}\u{2028}\""),
            ("</script>", #""</script>""#),
        ]
    )
    func escapes(_ value: String, _ text: String) {
        var json = JSONWriter()
        json.string(value)
        #expect(Array(json.bytes) == Array(text.utf8))
    }

    @Test("what has to be escaped is found at every place, and nothing else is")
    func places() throws {
        let others: [UInt8] = [0x20, 0x21, 0x23, 0x5B, 0x5D, 0x7F]
        for length in 1...50 {
            for place in 0..<length {
                for byte: UInt8 in [0, 0x1F, 0x22, 0x5C] + others {
                    var bytes = (0..<length).map { others[$0 % others.count] }
                    bytes[place] = byte
                    let value = String(decoding: bytes, as: UTF8.self)
                    var json = JSONWriter(reserving: 0)
                    json.object { $0.member("a", value) }
                    let isPlain = json.byteCount == #"{"a":""}"#.utf8.count + length
                    #expect(isPlain == others.contains(byte), "\(byte) at \(place) of \(length)")
                    let expected = JSONObject([("a", .string(value))])
                    #expect(try JSONValue(parsing: json.bytes) == .object(expected))
                }
            }
        }
    }

    @Test("every scalar comes back from the parser as it was")
    func roundTrip() throws {
        let scalars = (0..<0x3000).compactMap { Unicode.Scalar(UInt32($0)) }
        var text = ""
        text.unicodeScalars.append(contentsOf: scalars)
        text += "\u{FFFD}\u{FFFF}\u{10000}\u{10FFFF}"
        var json = JSONWriter()
        json.array { $0.string(text) }
        guard case .array(let elements) = try JSONValue(parsing: json.bytes),
            case .string(let read) = elements.first
        else {
            Issue.record("no string in an array")
            return
        }
        #expect(Array(read.utf8) == Array(text.utf8))
    }

    @Test("what was taken stays as it is while more is written", arguments: [0, 10, 4096])
    func taken(capacity: Int) {
        var json = JSONWriter(reserving: capacity)
        json.string("first")
        #expect(json.byteCount == 7)
        let first = json.takeBytes()
        #expect(json.byteCount == 0)
        json.endLine()
        json.string(String(repeating: "x", count: 5000))
        #expect(json.byteCount == 5003)
        let second = json.takeBytes()
        #expect(String(decoding: first, as: UTF8.self) == "\"first\"")
        #expect(second.count == 5003 && second.first == 10 && second.last == 0x22)
    }

    @Test("a text taken in pieces is the same text")
    func pieces() {
        var json = JSONWriter(reserving: 0)
        var bytes: [UInt8] = []
        json.beginArray()
        bytes += json.takeBytes()
        for number in 0..<3 {
            json.integer(Int64(number))
            bytes += json.takeBytes()
        }
        json.endArray()
        bytes += json.takeBytes()
        #expect(String(decoding: bytes, as: UTF8.self) == "[0,1,2]")
        #expect(json.bytes.isEmpty)
    }
}

extension JSONWriter {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
