import FoundationEssentials
import MusterCore
import SystemCalls

/// Secrets that come through standard input.
enum StandardInput {
    /// The longest line, in bytes.
    static let maximumBytes = 4096

    /// Reads one line, without a byte order mark before it.
    ///
    /// Not a byte more is taken, so that what follows is left for whoever reads next.
    ///
    /// - Parameters:
    ///   - noun: What is read, for complaints.
    ///   - descriptor: Where to read.
    /// - Returns: The line without its end; nil if there is none.
    /// - Throws: ``CommandError`` where the line is too long or not UTF-8.
    static func line(
        _ noun: String,
        from descriptor: Int32 = STDIN_FILENO
    ) throws(CommandError) -> Secret<String>? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while line.count <= maximumBytes {
            let count = read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else {
                if line.isEmpty { return nil }
                return try text(line, noun)
            }
            if byte == UInt8(ascii: "\n") { return try text(line, noun) }
            line.append(byte)
        }
        throw CommandError(
            .badInput,
            "The \(noun) on standard input has more than \(maximumBytes) bytes."
        )
    }

    private static func text(_ line: [UInt8], _ noun: String) throws(CommandError) -> Secret<String>
    {
        guard !ForeignText.isUTF16(line) else {
            throw CommandError(.badInput, ForeignText.utf16("The \(noun) on standard input"))
        }
        let content = ForeignText.withoutMark(line)
        let line = content.last == UInt8(ascii: "\r") ? content.dropLast() : content[...]
        guard let text = String(validating: line, as: UTF8.self) else {
            throw CommandError(.badInput, "The \(noun) on standard input is not UTF-8.")
        }
        return Secret(text)
    }
}
