import LDAPWire
import MusterCore
import Testing

@testable import MusterServer

@Suite("Values as LDAP compares them")
struct LDAPValueTests {
    @Test(
        "texts are compared without regard to case and to how many blanks there are",
        arguments: [
            ("Jane  Doe", "jane doe"), ("  Jane Doe ", "JANE DOE"), ("Zoë", "zoË"), ("", ""),
        ]
    )
    func folding(_ one: String, _ other: String) {
        #expect(LDAPValue.folded(one.utf8) == LDAPValue.folded(other.utf8))
    }

    @Test("what is no UTF-8, or longer than any text of the directory, is no text")
    func noTexts() {
        #expect(LDAPValue.folded([0xFF, 0xFE]) == nil)
        #expect(LDAPValue.folded(Array(repeating: 0x61, count: 100_000)) == nil)
    }

    @Test(
        "moments are read in all forms of RFC 4517",
        arguments: [
            ("20260131120000Z", "2026-01-31T12:00:00Z"), ("2026013112Z", "2026-01-31T12:00:00Z"),
            ("202601311205Z", "2026-01-31T12:05:00Z"),
            ("20260131120000.0Z", "2026-01-31T12:00:00Z"),
            ("20260131120000,5Z", "2026-01-31T12:00:00Z"),
        ]
    )
    func moments(_ written: String, _ moment: String) throws {
        let time = try #require(Timestamp(text: moment))
        #expect(LDAPValue(Array(written.utf8), .time) == .time(time))
    }

    @Test(
        "what is no moment is none",
        arguments: [
            "", "Z", "2026", "20260131", "20260131120000", "20260131120000.Z", "20261331120000Z",
            "2026013112000Z", "20260131120000Z trailing and much too long",
        ]
    )
    func noMoments(_ written: String) {
        #expect(LDAPValue(Array(written.utf8), .time) == nil)
    }

    @Test("numbers have an order, and texts have none")
    func order() throws {
        let nine = try #require(LDAPValue(Array("9".utf8), .integer))
        let ten = try #require(LDAPValue(Array("10".utf8), .integer))
        #expect(nine.isLess(than: ten) == true && ten.isLess(than: nine) == false)
        #expect(LDAPValue(Array("9223372036854775808".utf8), .integer) == nil)
        let text = try #require(LDAPValue(Array("a".utf8), .caseIgnore))
        #expect(text.isLess(than: nine) == nil && text.isLess(than: text) == nil)
    }

    @Test(
        "numbers of telephones are the same however they are written",
        arguments: [
            ("+1 555 0100", true), ("+15550100", true), ("+1-555-0100", true),
            ("+1 555 0101", false), ("15550100", false),
        ]
    )
    func telephones(_ number: String, _ isSame: Bool) throws {
        let rule = LDAPAttribute.mobile.rule
        #expect(LDAPAttribute.telephoneNumber.rule == rule)
        let value = LDAPValue(Array("+1 555-0100".utf8), rule)
        #expect((LDAPValue(Array(number.utf8), rule) == value) == isSame)
        let tail = LDAPSubstrings(initial: nil, any: [], final: Array("55-01 00".utf8)[...])
        let parts = try #require(LDAPTextParts(tail, rule))
        #expect(parts.match(Array(number.utf8)) == number.hasSuffix("00"))
    }

    @Test(
        "parts of a text are found in their order and not over each other",
        arguments: [
            ("ja", [], "oe", true), ("jane", ["e d"], "doe", false), ("Jane", [" "], "Doe", true),
            (nil, ["a", "n", "e"], nil, true), (nil, ["n", "a"], nil, false),
            ("jane doe", [], "jane doe", false), (nil, ["JANE"], nil, true),
            ("  ja", [], nil, true), ("jane   ", [], "doe ", true), (nil, ["e   d"], nil, true),
            (nil, ["  "], nil, true), (nil, [" jane"], nil, false), (" ", [], nil, false),
            ("jane  d", ["o"], " ", false), ("jane  doe", [], nil, true),
        ] as [(String?, [String], String?, Bool)]
    )
    func parts(_ initial: String?, _ any: [String], _ final: String?, _ isFound: Bool) throws {
        func bytes(_ text: String) -> ArraySlice<UInt8> { Array(text.utf8)[...] }
        let asked = LDAPSubstrings(
            initial: initial.map(bytes),
            any: any.map(bytes),
            final: final.map(bytes)
        )
        let parts = try #require(LDAPTextParts(asked, .caseIgnore))
        #expect(parts.match(Array("Jane Doe".utf8)) == isFound)
    }
}
