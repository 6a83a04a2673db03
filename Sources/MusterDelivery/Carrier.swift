/// What came of a try to deliver a letter.
public enum DeliveryOutcome: Sendable, Equatable {
    /// It was taken; in the words of whoever took it, without the recipient.
    case delivered(String)
    /// It will never be taken, and why.
    case refused(String)
    /// It was not taken, or nobody knows whether it was, and why; another try may end well.
    case failed(String)
}

/// Takes letters to where they are handed on to people.
public protocol Carrier: Sendable {
    /// Tries to deliver a letter.
    ///
    /// - Parameters:
    ///   - letter: The letter.
    ///   - time: How long it may take; more than a few seconds of it are not used.
    /// - Returns: What came of it.
    func deliver(_ letter: Letter, within time: Duration) async -> DeliveryOutcome

    /// Ends what is under way, soon; what is tried later fails.
    func stop()
}

/// The first line of what a server has said, fit for logs: no address, no controls, not long.
enum ReplyText {
    /// The longest, in bytes.
    static let maximumBytes = 160

    /// Makes it fit.
    ///
    /// Words with an `@` and rows of more than five digits go: servers repeat addresses, and might repeat numbers and codes.
    static func safe(_ bytes: some Sequence<UInt8>) -> String {
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D && $0 != 0 }.prefix(600)
        let words = line.map { (0x21...0x7E).contains($0) ? $0 : 0x20 }
            .split(separator: 0x20)
            .map { isTelling($0) ? Array("...".utf8)[...] : $0 }
        let text = Array(words.joined(separator: [0x20]))
        return String(decoding: text.prefix(maximumBytes), as: UTF8.self)
    }

    private static func isTelling(_ word: ArraySlice<UInt8>) -> Bool {
        word.contains(UInt8(ascii: "@"))
            || word.split(whereSeparator: { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
                .contains { $0.count > 5 }
    }
}
