import Foundation
import NormalForms
import Testing

@Suite("Normal forms")
struct NormalFormsTests {
    @Test(
        "every sign of the first plane composes as Foundation composes it, alone and with a mark after it"
    )
    func asICU() {
        var differing: [String] = []
        for value in UInt32(0x80)...0xFFFF {
            // What is assigned later may be one library's and not yet the other's.
            guard let scalar = Unicode.Scalar(value),
                scalar.properties.generalCategory != .unassigned,
                scalar.properties.age.map({ $0.major < 14 }) ?? false
            else { continue }
            let alone = String(scalar)
            if differs(alone) || differs(alone + "\u{301}") {
                differing.append("U+\(String(value, radix: 16))")
            }
        }
        #expect(differing.isEmpty)
    }

    @Test(
        "marks are put in order and composed",
        arguments: [
            ("e\u{301}", "\u{E9}"), ("\u{1E0B}\u{323}", "\u{1E0D}\u{307}"),
            ("q\u{307}\u{323}", "q\u{323}\u{307}"), ("\u{1100}\u{1161}\u{11A8}", "\u{AC01}"),
            ("\u{212B}", "\u{C5}"), ("\u{958}", "\u{915}\u{93C}"),
            ("\u{11099}\u{110BA}", "\u{1109A}"), ("\u{10041}\u{301}", "\u{10041}\u{301}"),
            ("plain", "plain"), ("", ""),
        ]
    )
    func known(_ text: String, _ expected: String) {
        #expect(Array(NormalForms.composed(text).utf8) == Array(expected.utf8))
    }

    @Test("a text with NUL in it is composed to its end")
    func nul() {
        let composed = NormalForms.composed("a\u{0}e\u{301}")
        #expect(Array(composed.utf8) == Array("a\u{0}\u{E9}".utf8))
    }

    private func differs(_ text: String) -> Bool {
        !NormalForms.composed(text).utf8.elementsEqual(
            text.precomposedStringWithCanonicalMapping.utf8
        )
    }
}
