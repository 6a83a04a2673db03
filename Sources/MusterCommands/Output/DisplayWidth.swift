/// How many columns of a terminal a text takes.
enum DisplayWidth {
    /// The scalars that take two columns: Wide and Fullwidth of UAX #11, in whole blocks.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF,
        0x4E00...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19,
        0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18AFF, 0x1B000...0x1B2FF,
        0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
    ]

    /// Hangul vowels and finals, which are drawn into the syllable before them.
    private static let hangulTails: ClosedRange<UInt32> = 0x1160...0x11FF

    /// The columns of a text that holds no control characters.
    static func of(_ text: String) -> Int {
        let bytes = text.utf8
        if bytes.allSatisfy({ $0 < 0x80 }) { return bytes.count }
        return text.reduce(0) { $0 + of($1) }
    }

    /// A text of at most so many columns: itself where it fits, otherwise its beginning and an ellipsis.
    static func cut(_ text: String, to width: Int) -> String {
        guard of(text) > width else { return text }
        var beginning = ""
        var used = 1
        for character in text {
            used += of(character)
            if used > width { break }
            beginning.append(character)
        }
        return width > 0 ? beginning + "\u{2026}" : ""
    }

    /// A text in lines of at most so many columns, broken at blanks; a word that is longer stays whole.
    static func lines(_ text: String, within width: Int) -> [String] {
        var lines: [String] = []
        let blank = UInt8(ascii: " ")
        for bytes in text.utf8.split(separator: blank, omittingEmptySubsequences: false) {
            let word = String(Substring(bytes))
            if let last = lines.last, of(last) + 1 + of(word) <= width {
                lines[lines.count - 1] = "\(last) \(word)"
            } else {
                lines.append(word)
            }
        }
        return lines
    }

    private static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        // A picture takes two columns, of however many scalars it is joined (UTS #51).
        if scalars.contains(where: { $0.properties.isEmojiPresentation || $0.value == 0xFE0F }) {
            return 2
        }
        return scalars.reduce(0) { $0 + of($1) }
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        default:
            if hangulTails.contains(scalar.value) {
                0
            } else {
                wide.contains { $0.contains(scalar.value) } ? 2 : 1
            }
        }
    }
}
