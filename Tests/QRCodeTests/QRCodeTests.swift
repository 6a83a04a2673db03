import Testing

@testable import QRCode

@Suite("QR codes")
struct QRCodeTests {
    private let uri =
        "otpauth://totp/Muster:jane%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Muster"

    @Test("the address of an app's secret is a code of version 6 or 7")
    func size() throws {
        let code = try #require(QRCode(uri))
        #expect([41, 45].contains(code.size))
    }

    @Test("three corners have the finder pattern, the fourth has not")
    func corners() throws {
        let code = try #require(QRCode(uri))
        let edge = code.size - 7
        func isFinder(_ row: Int, _ column: Int) -> Bool {
            (0..<7).allSatisfy {
                code.isDark(row, column + $0) && code.isDark(row + 6, column + $0)
            }
                && (1..<6).allSatisfy { !code.isDark(row + 1, column + $0) }
        }
        #expect(isFinder(0, 0) && isFinder(0, edge) && isFinder(edge, 0))
        #expect(!isFinder(edge, edge))
    }

    @Test("what is empty or too long is none")
    func bounds() {
        #expect(QRCode("") == nil)
        #expect(QRCode(String(repeating: "a", count: 2_331)) != nil)
        #expect(QRCode(String(repeating: "a", count: 2_332)) == nil)
    }

    @Test("in a terminal each line has two rows, in colours of its own")
    func terminal() throws {
        let code = try #require(QRCode(uri))
        let lines = code.terminalText.split(separator: "\n")
        #expect(lines.count == (code.size + 8 + 1) / 2)
        for line in lines {
            #expect(line.hasPrefix("\u{1B}[30;107m") && line.hasSuffix("\u{1B}[0m"))
            #expect(line.unicodeScalars.count { $0 == " " || $0.value >= 0x2580 } == code.size + 8)
        }
    }

    @Test("as a picture it is one path, and as large as its modules and the margin")
    func picture() throws {
        let code = try #require(QRCode(uri))
        let side = code.size + 8
        #expect(code.svg.contains("viewBox=\"0 0 \(side) \(side)\""))
        #expect(code.svg.utf8.count < 16_384)
        #expect(code.svg.split(separator: "<path").count == 2)
    }
}
