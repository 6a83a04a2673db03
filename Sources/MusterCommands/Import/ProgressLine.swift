import FoundationEssentials
import SystemCalls

/// One line on a terminal that tells how far a long command has come; nothing elsewhere.
struct ProgressLine {
    private let isShown: Bool
    private var isWritten = false

    init(isShown: Bool = isatty(STDERR_FILENO) == 1) {
        self.isShown = isShown
    }

    /// Writes the line again.
    mutating func show(_ text: String) {
        guard isShown else { return }
        isWritten = true
        put("\r\(text)\u{1B}[K")
    }

    /// Takes the line away, before something else is written.
    mutating func clear() {
        guard isWritten else { return }
        isWritten = false
        put("\r\u{1B}[K")
    }

    private func put(_ text: String) {
        StandardError.say(text)
    }
}
