extension AllowedNetworks {
    /// How the networks stand in a store's column: with spaces between.
    public var stored: String {
        texts.joined(separator: " ")
    }

    /// Reads what ``stored`` wrote.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    public init(stored text: String) throws(MusterError) {
        guard !text.isEmpty else {
            self.init()
            return
        }
        try self.init(text.split(separator: " ").map(String.init))
    }
}
