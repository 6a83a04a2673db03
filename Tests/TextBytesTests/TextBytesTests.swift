import Testing
import TextBytes

@Suite("Texts as bytes")
struct TextBytesTests {
    /// One letter in two spellings, which Swift takes for equal.
    private static let composed = "\u{E9}"
    private static let decomposed = "e\u{301}"

    @Test("texts that are equal only canonically are different")
    func canonical() {
        #expect(Self.composed == Self.decomposed, "the language compares like that")
        #expect(!Self.composed.hasSameBytes(as: Self.decomposed))
        #expect(ByteText(Self.composed) != ByteText(Self.decomposed))
        #expect(Set([ByteText(Self.composed), ByteText(Self.decomposed)]).count == 2)
        #expect(
            !"\u{212A}".hasSameFoldedBytes(as: "k"),
            "the sign for kelvin is no letter of ASCII"
        )
    }

    @Test("the bytes of a text are those of UTF-8, wherever they lie")
    func lying() {
        for text in ["", "a", "a name of more than fifteen bytes", Self.composed, "a\0b"] {
            #expect(text.withBytes { $0.elementsEqual(text.utf8) })
            #expect(text.withBytes(\.count) == text.utf8.count)
        }
    }

    @Test("texts of the same bytes are the same")
    func same() {
        for text in ["", "a", "name", Self.composed, Self.decomposed, "a\0b", "\u{1F600}"] {
            #expect(text.hasSameBytes(as: "x\(text)".dropFirst()))
            #expect(ByteText(text) == ByteText(String("x\(text)".dropFirst())))
            #expect(Set([ByteText(text), ByteText(text)]).count == 1)
        }
    }

    @Test("only the case of ASCII letters is passed over")
    func folding() {
        #expect("Jane@Example.COM".hasSameFoldedBytes(as: "jANE@example.com"))
        #expect(!"\u{C9}".hasSameFoldedBytes(as: "\u{E9}"))
        #expect(!"[".hasSameFoldedBytes(as: "{"))
        #expect(!"a".hasSameFoldedBytes(as: "ab"))
        #expect("AZ[az".foldedASCII == Array("az[az".utf8))
        #expect(ByteText(folding: "All Users") == "all users")
    }

    @Test(
        "a head has no more bytes than it may and cuts no code point",
        arguments: [
            ("", 4, ""), ("abc", 4, "abc"), ("abcd", 4, "abcd"), ("abcde", 4, "abcd"),
            ("abc\u{E9}", 4, "abc"), ("ab\u{E9}c", 4, "ab\u{E9}"), ("\u{1F600}a", 3, ""),
            ("\u{1F600}a", 4, "\u{1F600}"), ("e\u{301}\u{301}", 3, "e\u{301}"),
        ]
    )
    func heads(_ text: String, _ limit: Int, _ head: String) {
        #expect(text.head(limit).hasSameBytes(as: head))
    }

    @Test(
        "what is quoted in part shows that there is more",
        arguments: [
            ("", "\"\""), ("abcd", "\"abcd\""), ("abcde", "\"abcd\u{2026}\""),
            ("abc\u{E9}", "\"abc\u{2026}\""), ("a\"b\n", #""a\"b\n""#),
        ]
    )
    func quotations(_ text: String, _ quotation: String) {
        #expect(text.quoted(4).hasSameBytes(as: quotation))
    }

    @Test("a word is told apart by its bytes")
    func switching() {
        func number(_ text: String?) -> Int {
            switch text.map({ ByteText($0) }) {
            case nil, "none": 0
            case "one": 1
            default: 2
            }
        }
        #expect([nil, "none", "one", "One", ""].map(number) == [0, 0, 1, 2, 2])
    }

    @Test(
        "of several blanks one is left, and none at the ends",
        arguments: [
            ("", ""), (" ", ""), ("a", "a"), (" a  b ", "a b"), ("a b", "a b"),
            ("  \u{E9}   x", "\u{E9} x"),
        ]
    )
    func blanks(_ text: String, _ single: String) {
        #expect(text.withSingleBlanks.hasSameBytes(as: single))
        #expect(text.utf8.withSingleBlanks == Array(single.utf8))
    }
}
