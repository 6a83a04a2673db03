/// Writes comma-separated values (RFC 4180), with a line feed at the end of each line.
enum CSVText {
    /// One line.
    static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\n"
    }

    private static func cell(_ text: String) -> String {
        guard text.utf8.contains(where: needsQuotes) || text.first == " " || text.last == " " else {
            return text
        }
        return "\""
            + text.split(separator: "\"", omittingEmptySubsequences: false)
            .joined(separator: "\"\"") + "\""
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
}
