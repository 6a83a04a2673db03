/// The beginning of a text that another program wrote: editors and shells put marks there, or write UTF-16.
enum ForeignText {
    /// What some programs put before UTF-8 (RFC 3629 section 6).
    static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The bytes without the mark.
    static func withoutMark(_ bytes: some Collection<UInt8>) -> [UInt8] {
        Array(bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes.dropFirst(0))
    }

    /// Whether bytes are the beginning of UTF-16, with its mark or without.
    ///
    /// A text begins with a character of ASCII in all that is read here, and there one of its two bytes is zero
    /// (RFC 4627 section 3).
    static func isUTF16(_ bytes: some Collection<UInt8>) -> Bool {
        let first = Array(bytes.prefix(2))
        return first.count == 2
            && (first == [0xFF, 0xFE] || first == [0xFE, 0xFF]
                || (first[0] == 0) != (first[1] == 0))
    }

    /// What to say of a text in UTF-16.
    ///
    /// - Parameter name: The file, or what else it is, at the beginning of a sentence.
    /// - Returns: The sentence.
    static func utf16(_ name: String) -> String {
        "\(name) is UTF-16. Save it as UTF-8."
    }
}
