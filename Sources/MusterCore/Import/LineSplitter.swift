/// Cuts a stream of bytes into lines of bounded length, in the memory of one line.
public struct LineSplitter: Sendable {
    /// A line with its number, from 1.
    public struct Line: Sendable {
        /// The number.
        public let number: Int
        /// The bytes without the line's end; nil if there were too many.
        public let bytes: ArraySlice<UInt8>?

        /// Whether there is nothing on the line but blanks.
        public var isBlank: Bool {
            bytes?.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } ?? false
        }
    }

    /// The most bytes of a line, without its end.
    ///
    /// A user with as many hosts, keys and groups as it may have needs about 60,000.
    public static let maximumLength = 65_536

    private static let newline = UInt8(ascii: "\n")

    private var pending: [UInt8] = []
    private var isSkipping = false
    private var number = 0

    /// Takes the next bytes and returns the lines that end in them.
    mutating func push(_ bytes: some Sequence<UInt8>) -> [Line] {
        let searched = pending.count
        pending.append(contentsOf: bytes)
        var lines: [Line] = []
        var start = 0
        while let end = pending[max(start, searched)...].firstIndex(of: LineSplitter.newline) {
            lines.append(line(pending[start..<end]))
            start = end + 1
        }
        pending.removeSubrange(..<start)
        if pending.count > LineSplitter.maximumLength {
            pending.removeAll(keepingCapacity: true)
            isSkipping = true
        }
        return lines
    }

    /// The last line, where the stream does not end with a line's end.
    mutating func finish() -> Line? {
        guard !pending.isEmpty || isSkipping else { return nil }
        defer { pending = [] }
        return line(pending[...])
    }

    private mutating func line(_ bytes: ArraySlice<UInt8>) -> Line {
        number += 1
        // Some programs put it before UTF-8 (RFC 8259 section 8.1 lets a reader pass over it).
        let bytes =
            number == 1 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
        let isTooLong = isSkipping || bytes.count > LineSplitter.maximumLength
        isSkipping = false
        return Line(number: number, bytes: isTooLong ? nil : bytes)
    }
}
