import MusterCore
import Testing

@Suite("Hexadecimal digits")
struct HexTests {
    @Test("every byte is read as it is written, in either case")
    func bytes() {
        let bytes = Array(UInt8.min...UInt8.max)
        #expect(Hex.bytes(Hex.text(bytes)) == bytes)
        #expect(Hex.bytes(Hex.text(bytes).uppercased()) == bytes)
        #expect(Hex.bytes("") == [])
    }

    @Test(
        "what is no pair of digits is not read",
        arguments: ["0", "0g", "g0", "000", " 00", "+0", "0\u{660}", "\u{FF10}0", "00\u{0}0"]
    )
    func others(_ text: String) {
        #expect(Hex.bytes(text) == nil)
        #expect(Hex.bytes("ab" + text) == nil)
    }
}
