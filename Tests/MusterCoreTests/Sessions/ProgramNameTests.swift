import MusterCore
import Testing

@Suite("What a program says that it is")
struct ProgramNameTests {
    @Test(
        "it is kept as ASCII that can be shown",
        arguments: [
            ("curl/8.5.0", "curl/8.5.0"), ("  two words\t", "two words?"), ("a\r\nb", "a??b"),
            ("\u{FC}ber/1", "??ber/1"), ("\u{202E}x\u{0}", "???x?"), ("~!\u{7F}", "~!?"),
        ]
    )
    func cleaned(_ said: String, _ kept: String) {
        #expect(ProgramName(said)?.text == kept)
    }

    @Test("nothing is kept of nothing", arguments: ["", " ", String(repeating: " ", count: 500)])
    func nothing(_ said: String) {
        #expect(ProgramName(said) == nil)
    }

    @Test("of what is long the first 128 bytes are kept, also of a sign of many marks")
    func long() {
        let most = ProgramName.maximumBytes
        #expect(ProgramName(String(repeating: "a", count: 1_000_000))?.text.utf8.count == most)
        let marks = "a" + String(repeating: "\u{301}", count: 100_000)
        #expect(ProgramName(marks)?.text == "a" + String(repeating: "?", count: most - 1))
        let blank = String(repeating: " ", count: most - 1)
        #expect(ProgramName(blank + "x" + "yz")?.text == "x")
        #expect(ProgramName("x" + blank + "y")?.text == "x")
    }
}
