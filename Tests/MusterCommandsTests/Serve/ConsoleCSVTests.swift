import MusterCore
import MusterServer
import Testing

@testable import MusterCommands

@Suite("Comma-separated values of the console's import")
struct ConsoleCSVTests {
    /// A file of several pieces, with a line that is left out and one that cannot be read.
    private static let file: [UInt8] = {
        var text = "username,name\n\n"
        for number in 1...5_000 { text += "user\(number)@example.com,\"Name, of \(number)\"\n" }
        return Array((text + "x\"y,z\nlast@example.com,").utf8)
    }()

    @Test("a file is made into the same lines, piece by piece, and each asks for its room")
    func pieces() throws {
        var taken: [Int] = []
        let lines = try ConsoleTools.read(Self.file) { bytes in
            taken.append(bytes)
            return true
        }
        let origin = LineOrigin()
        var whole = CSVLines(origin, namesMaps: false)
        let same = try whole.push(Self.file) + whole.finish()
        #expect(lines.bytes == same)
        #expect(lines.place(1) == 3 && lines.place(5_001) == 5_003)
        #expect(lines.fault(5_001) != nil && lines.fault(5_000) == nil)
        #expect(taken.count == Self.file.count / 65_536 + 1)
        #expect(taken.reduce(0, +) == same.count + 5_002 * LineOrigin.bytesOfLine)
    }

    @Test("a file that is made into more than there is room for is refused, and read no further")
    func refused() {
        var asked = 0
        let error = #expect(throws: MusterError.self) {
            _ = try ConsoleTools.read(Self.file) { _ in
                asked += 1
                return asked < 2
            }
        }
        #expect(error?.code == .overloaded)
        #expect(asked == 2)
    }

    @Test("a file in which there is nothing is told so")
    func nothing() {
        let error = #expect(throws: MusterError.self) {
            _ = try ConsoleTools.read([]) { _ in true }
        }
        #expect(error?.code == .inputMalformed)
    }
}
