import NIOCore
import Testing

@testable import ClientTransport

@Suite("Cutting bytes into lines")
struct LineSplitterTests {
    private func lines(_ pieces: [String], longest: Int = 100) throws -> [String] {
        var splitter = LineSplitter(longestLine: longest)
        var lines: [String] = []
        for piece in pieces {
            splitter.append(ByteBuffer(string: piece))
            while let line = try splitter.next() {
                lines.append(String(decoding: line, as: UTF8.self))
            }
        }
        if let rest = splitter.rest() { lines.append(String(decoding: rest, as: UTF8.self)) }
        return lines
    }

    @Test(
        "lines are the same however the bytes arrive",
        arguments: [
            [], ["", ""], ["a\nb\n\nc"], ["a", "\n", "b\n", "\nc"], ["a\nb", "\n\n", "c"],
            ["\n"], ["\r\n", "ä\n"],
        ]
    )
    func pieces(_ pieces: [String]) throws {
        let text = pieces.joined()
        var expected = text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if expected.last == "" { expected.removeLast() }
        #expect(try lines(pieces) == expected)
        #expect(
            try lines(text.utf8.map { String(decoding: [$0], as: UTF8.self) }).count
                == expected.count
        )
    }

    @Test("a line has as many bytes as it may have and no more, with an end or without")
    func longest() throws {
        #expect(try lines(["12345\n"], longest: 5) == ["12345"])
        #expect(try lines(["123", "45"], longest: 5) == ["12345"])
        for pieces in [["123456\n"], ["123", "456"], ["a\n123456"]] {
            #expect(throws: NIOTooManyBytesError.self) { try lines(pieces, longest: 5) }
        }
    }
}
