import Testing

@testable import MusterCore

@Suite("Cutting a body into lines")
struct LineSplitterTests {
    /// The lines of a text that arrives in parts of so many bytes; nil for one that is too long.
    private func lines(_ text: String, parts size: Int) -> [String?] {
        var splitter = LineSplitter()
        var lines: [LineSplitter.Line] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += splitter.push(bytes[start..<min(start + size, bytes.count)])
        }
        if let last = splitter.finish() { lines.append(last) }
        #expect(lines.map(\.number) == Array(1..<lines.count + 1))
        return lines.map { line in line.bytes.map { String(decoding: $0, as: UTF8.self) } }
    }

    @Test("wherever the parts end, the lines are the same", arguments: [1, 2, 3, 5, 7, 1000])
    func parts(_ size: Int) {
        #expect(lines("", parts: size) == [])
        #expect(lines("a", parts: size) == ["a"])
        #expect(lines("a\n", parts: size) == ["a"])
        #expect(lines("\n\na\r\n\nbc", parts: size) == ["", "", "a\r", "", "bc"])
        #expect(lines("ä\n日本\n", parts: size) == ["ä", "日本"])
        #expect(lines("a\0b\n\u{2028}c\n", parts: size) == ["a\0b", "\u{2028}c"])
    }

    @Test("a line of the greatest length is taken, one byte more is not, and the next line is")
    func length() {
        let limit = String(repeating: "x", count: LineSplitter.maximumLength)
        for size in [1000, 65_536, 65_537, 1_000_000] {
            #expect(lines(limit + "\nb\n", parts: size) == [limit, "b"])
            #expect(lines(limit + "x\nb\n", parts: size) == [nil, "b"])
            #expect(lines(limit + limit + limit + "\nb", parts: size) == [nil, "b"])
            #expect(lines(limit + "x", parts: size) == [nil])
        }
    }

    @Test("blanks alone are no line to complain of")
    func blanks() {
        var splitter = LineSplitter()
        let lines = splitter.push(Array(" \t\r\n\n x\n".utf8))
        #expect(lines.map(\.isBlank) == [true, true, false])
    }
}
