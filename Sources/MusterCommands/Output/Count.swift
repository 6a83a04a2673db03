/// Numbers of things, for sentences.
enum Count {
    /// `1 user`, `2 users`.
    static func text(_ count: Int64, _ noun: String) -> String {
        "\(count) \(noun)\(count == 1 ? "" : "s")"
    }
}
