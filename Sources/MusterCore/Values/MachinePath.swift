/// Where an account's files are, or its shell is, on the machines that ask the directory.
public enum MachinePath {
    /// The most bytes of it.
    public static let maximumBytes = 1_024

    /// What it has to be, for messages.
    public static let rule =
        "a path from the root, in ASCII and without blanks and colons, of at most \(maximumBytes) bytes"

    /// Whether a text is one; a colon would end the field where machines list accounts.
    public static func isPath(_ text: String) -> Bool {
        text.utf8.count <= maximumBytes && text.utf8.first == UInt8(ascii: "/")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    }
}
