import FoundationEssentials
import SystemCalls

/// Where a command's answer goes.
struct Console: Sendable {
    /// Whether a person reads it.
    let isTerminal: Bool
    /// Whether colours are wanted (https://no-color.org).
    let usesColour: Bool

    /// How many columns its terminal has; nil if there is none, or it does not say.
    let width: Int?

    private let sink: @Sendable ([UInt8]) throws -> Void

    /// Standard output.
    static let standard = Console(
        isTerminal: isatty(STDOUT_FILENO) == 1,
        environment: ProcessInfo.processInfo.environment,
        columns: columns(of: STDOUT_FILENO)
    ) { bytes in
        try writeAll(bytes, to: STDOUT_FILENO)
    }

    /// Standard error, for what must not get lost and has no place in standard output.
    static let standardError = Console(
        isTerminal: isatty(STDERR_FILENO) == 1,
        environment: ProcessInfo.processInfo.environment
    ) { bytes in
        try writeAll(bytes, to: STDERR_FILENO)
    }

    init(
        isTerminal: Bool,
        environment: [String: String],
        columns: Int? = nil,
        sink: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.isTerminal = isTerminal
        usesColour =
            isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        // What is set by hand goes before what the terminal says, as for ls(1).
        let chosen = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        width = isTerminal ? chosen ?? columns : nil
        self.sink = sink
    }

    /// The columns of a terminal, as it says; nil for anything else.
    private static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Writes text that holds nothing of anybody else, or holds it escaped.
    ///
    /// - Throws: ``CommandError`` where nobody reads any more, or the disk is full.
    func write(_ text: String) throws {
        try sink(Array(text.utf8))
    }

    /// Writes bytes as they are.
    ///
    /// - Throws: ``CommandError`` where nobody reads any more, or the disk is full.
    func write(_ bytes: [UInt8]) throws {
        try sink(bytes)
    }

    /// The text in a colour, where colours are wanted.
    func paint(_ text: String, _ tint: TextStyle?) -> String {
        guard usesColour, let tint else { return text }
        return tint.paint(text)
    }

    private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws(CommandError) {
        switch DescriptorOutput.write(bytes, to: descriptor).error {
        case 0: return
        // Whoever read has seen enough, as in `muster users list | head`.
        case EPIPE: throw CommandError(.outputClosed, "")
        case let error:
            throw CommandError(
                .outputFailed,
                "The output cannot be written: \(String(cString: strerror(error)))."
            )
        }
    }
}
