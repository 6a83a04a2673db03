import Foundation
import MusterCore
import Testing

@testable import MusterCommands

@Suite("Texts that other programs wrote")
struct ForeignTextTests {
    @Test(
        "UTF-16 is told by its first bytes",
        arguments: [String.Encoding.utf16, .utf16LittleEndian, .utf16BigEndian]
    )
    func wide(_ encoding: String.Encoding) throws {
        #expect(ForeignText.isUTF16(try #require("{}".data(using: encoding))))
    }

    @Test(
        "UTF-8 is not taken for UTF-16, however short it is, nor are zeros",
        arguments: ["", "a", "ab", "é", "\u{FEFF}a", "太郎", "\u{FEFF}", "\0", "\0\0\0\0"]
    )
    func narrow(_ text: String) {
        #expect(!ForeignText.isUTF16(Array(text.utf8)))
    }

    @Test("one mark is taken off, and nothing else")
    func mark() {
        #expect(ForeignText.withoutMark(Array("\u{FEFF}a".utf8)) == Array("a".utf8))
        #expect(ForeignText.withoutMark(Array("\u{FEFF}\u{FEFF}".utf8)) == ForeignText.mark)
        #expect(ForeignText.withoutMark([0xEF, 0xBB]) == [0xEF, 0xBB])
        #expect(ForeignText.withoutMark([]) == [])
        #expect(
            ForeignText.withoutMark(Data([0xEF, 0xBB, 0xBF, 0x61])[1...]) == [0xBB, 0xBF, 0x61]
        )
    }

    @Test("a line of standard input comes without its mark and its return")
    func standardInput() throws {
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data("\u{FEFF}secret\r\nmore\n".utf8))
        try pipe.fileHandleForWriting.close()
        let descriptor = pipe.fileHandleForReading.fileDescriptor
        for expected in ["secret", "more"] {
            let line = try #require(try StandardInput.line("password", from: descriptor))
            line.withExposedValue { #expect($0 == expected) }
        }
        #expect(try StandardInput.line("password", from: descriptor) == nil)
    }
}
