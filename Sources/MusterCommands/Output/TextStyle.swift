/// A colour, by what it says (ECMA-48 section 8.3.117).
enum TextStyle: String, Sendable {
    /// What stands above a column.
    case heading = "1"
    /// What is as it should be.
    case good = "32"
    /// What somebody should look at.
    case notable = "33"
    /// What is shut.
    case bad = "31"

    /// The text in this colour, and the terminal's own after it.
    func paint(_ text: String) -> String {
        "\u{1B}[\(rawValue)m\(text)\u{1B}[0m"
    }
}
