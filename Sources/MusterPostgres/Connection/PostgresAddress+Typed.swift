extension PostgresAddress {
    /// The address as it is typed in a shell after an option of the engine's own tools, in quotation marks and without secrets.
    public var typed: String {
        let special: Set<Character> = ["\"", "$", "`", "\\"]
        return "\"" + shown.map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined() + "\""
    }
}
