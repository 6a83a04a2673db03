import TextBytes

extension SCIMFilter {
    /// What `userName eq "..."` begins with, in lower case.
    private static let soughtBeginning = Array(#"username eq ""#.utf8)

    /// The text in `userName eq "..."`, where a filter is just that, with single blanks and of printable ASCII without
    /// escapes; nil for any other.
    ///
    /// It is what clients ask before every change, and taken apart without a parser.
    public static func soughtUserName(_ text: String) -> String? {
        var text = text
        return text.withUTF8 { soughtUserName($0) }
    }

    /// The same of a filter that lies in memory.
    public static func soughtUserName(_ bytes: UnsafeBufferPointer<UInt8>) -> String? {
        let start = soughtBeginning.count
        guard bytes.count > start + 1, bytes.count <= start + TextLimit.username + 1,
            bytes[bytes.count - 1] == UInt8(ascii: "\"")
        else { return nil }
        for place in 0..<start
        where bytes[place].asciiLowercased != soughtBeginning[place] { return nil }
        let name = UnsafeBufferPointer(rebasing: bytes[start..<bytes.count - 1])
        for byte in name {
            guard (0x20...0x7E).contains(byte), byte != UInt8(ascii: "\""),
                byte != UInt8(ascii: "\\")
            else { return nil }
        }
        return String(decoding: name, as: UTF8.self)
    }
}
