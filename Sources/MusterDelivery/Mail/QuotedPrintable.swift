/// Texts as lines of 7-bit bytes (RFC 2045 section 6.7, RFC 2047 section 4.2).
enum QuotedPrintable {
    /// The longest line of a body, in bytes (RFC 2045 section 6.7 rule 5).
    private static let lineBytes = 76
    /// The longest encoded word, in bytes: a line with one has 76 at most, its field's name included (RFC 2047 section 2).
    private static let wordBytes = 66
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// A text as the body of a message: lines that end in CRLF, none of them beginning with a full stop.
    ///
    /// Lines of the text end in LF. Its other controls are encoded, CR among them.
    static func body(_ text: String) -> [UInt8] {
        var body: [UInt8] = []
        for line in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            append(Array(line), to: &body)
        }
        return body
    }

    private static func append(_ line: [UInt8], to body: inout [UInt8]) {
        var count = 0
        for (index, byte) in line.enumerated() {
            let isLast = index == line.count - 1
            // SMTP has a meaning for a full stop at a line's beginning (RFC 5321 section 4.5.2), and blanks at its end get lost.
            let isPlain =
                (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")
                && !(byte == UInt8(ascii: ".") && count == 0)
                || byte == 0x20 && !isLast
            let piece = isPlain ? [byte] : encoded(byte)
            if count + piece.count > lineBytes - 1 {
                body += "=\r\n".utf8
                count = 0
                // What begins the next line may now need to be encoded.
                let first = byte == UInt8(ascii: ".") ? encoded(byte) : piece
                body += first
                count = first.count
            } else {
                body += piece
                count += piece.count
            }
        }
        body += "\r\n".utf8
    }

    /// A text as words of a header's field, folded between them; as it is where it is of printable ASCII.
    static func words(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else { return text }
        let (start, end) = ("=?utf-8?Q?", "?=")
        var words: [String] = []
        var word = ""
        for scalar in text.unicodeScalars {
            // A word holds whole characters (RFC 2047 section 5).
            let piece = String(scalar).utf8.map { byte -> String in
                let isPlain =
                    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                return String(decoding: isPlain ? [byte] : encoded(byte), as: UTF8.self)
            }.joined()
            if start.utf8.count + word.utf8.count + piece.utf8.count + end.utf8.count > wordBytes {
                words.append(start + word + end)
                word = ""
            }
            word += piece
        }
        words.append(start + word + end)
        return words.joined(separator: "\r\n ")
    }

    private static func encoded(_ byte: UInt8) -> [UInt8] {
        [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
}
