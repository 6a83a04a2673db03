import MusterCore
import Testing

@Suite("What names of groups look like")
struct GroupLookTests {
    @Test("a letter, its capital, its small letter and its title are one, all through Unicode")
    func everyLetter() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), scalar.properties.changesWhenCaseMapped,
                scalar != "\u{131}"
            else { continue }
            let look = GroupLook("\(scalar)")
            let properties = scalar.properties
            for other in [
                properties.uppercaseMapping, properties.lowercaseMapping,
                properties.titlecaseMapping,
            ] where GroupLook(other) != look {
                Issue.record("U+\(String(value, radix: 16)) is not \(other)")
            }
        }
    }

    @Test(
        "names that are one",
        arguments: [
            ("\u{39F}\u{394}\u{39F}\u{3A3}", "\u{3BF}\u{3B4}\u{3BF}\u{3C2}"),
            ("Stra\u{DF}e", "STRASSE"), ("Zo\u{EB}", "ZOE\u{308}"), ("\u{212A}elvin", "kelvin"),
            ("Team", "tEAM"),
        ]
    )
    func alike(_ name: String, _ other: String) {
        #expect(GroupLook(name) == GroupLook(other))
        #expect(GroupLook(name).hashValue == GroupLook(other).hashValue)
    }

    @Test(
        "names that are two",
        arguments: [
            ("\u{131}\u{131}", "II"), ("Zo\u{EB}", "Zoe"), ("a", "a "), ("\u{FF21}", "A"),
        ]
    )
    func different(_ name: String, _ other: String) {
        #expect(GroupLook(name) != GroupLook(other))
    }

    @Test("of several that look alike, the one of exactly the name is found, or else the first")
    func several() {
        let names = ["Zo\u{EB}", "zoe\u{308}", "Team"]
        func found(_ name: String) -> [UInt8]? {
            names.looking(like: name) { $0 }.map { Array($0.utf8) }
        }
        #expect(found("zoe\u{308}") == Array("zoe\u{308}".utf8))
        #expect(found("ZO\u{CB}") == Array("Zo\u{EB}".utf8))
        #expect(found("team") == Array("Team".utf8) && found("tea") == nil)
        #expect(found(String(repeating: "a", count: 100_000)) == nil)
    }
}
