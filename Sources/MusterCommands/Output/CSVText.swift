/// Writes comma-separated values (RFC 4180), with a line feed at the end of each line.
enum CSVText {
    /// One line.
    static func line(_ cells: [String]) -> String {
        cells.map(cell).joined(separator: ",") + "\n"
    }

    private static func cell(_ text: String) -> String {
        let blank = UInt8(ascii: " ")
        let bytes = text.utf8
        guard bytes.contains(where: needsQuotes) || bytes.first == blank || bytes.last == blank
        else { return text }
        let quote = UInt8(ascii: "\"")
        var quoted = [quote]
        quoted.reserveCapacity(bytes.count + 2)
        for byte in bytes {
            if byte == quote { quoted.append(quote) }
            quoted.append(byte)
        }
        return String(decoding: quoted + [quote], as: UTF8.self)
    }

    private static func needsQuotes(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
}
