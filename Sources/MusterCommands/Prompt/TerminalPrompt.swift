import FoundationEssentials
import MusterCore
import SystemCalls

/// Asks whoever sits at the terminal.
enum TerminalPrompt {
    /// The longest answer, in bytes; a terminal's line has no more (termios(3)).
    private static let maximumBytes = 4095
    /// Ctrl-C and Ctrl-\.
    private static let interrupts: [UInt8] = [0x03, 0x1C]

    /// Whether somebody is there to be asked.
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 }

    /// Asks for something that may be seen.
    ///
    /// - Throws: ``CommandError``.
    static func line(_ question: String) throws(CommandError) -> String {
        show(question)
        guard let bytes = readLine(endingAt: []) else { throw aborted }
        return try text(bytes)
    }

    /// Asks for something that must not be seen: nothing that is typed appears.
    ///
    /// Ctrl-C is read as a character for that time, so that there is no moment at which the program is gone
    /// and the terminal still silent.
    ///
    /// - Throws: ``CommandError``, with status `interrupted` after Ctrl-C.
    static func secret(_ question: String) throws(CommandError) -> Secret<String> {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else {
            throw CommandError(.usage, "The terminal cannot be silenced, so nothing was asked.")
        }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ECHONL | ISIG)
        silent.c_lflag |= tcflag_t(ICANON)
        withUnsafeMutableBytes(of: &silent.c_cc) { characters in
            characters[Int(VEOL)] = interrupts[0]
            characters[Int(VEOL2)] = interrupts[1]
        }
        let watch = SignalWatch(restoring: before)
        defer { watch.end() }
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else {
            throw CommandError(.usage, "The terminal cannot be silenced, so nothing was asked.")
        }
        // Only now: what is typed as soon as the question appears would be seen, and lost.
        show(question)
        let bytes = readLine(endingAt: interrupts)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
        show("\n")
        guard let bytes else { throw aborted }
        return Secret(try text(bytes))
    }

    /// Writes to standard error, since standard output may go into a file.
    private static func show(_ text: String) {
        StandardError.say(text)
    }

    /// Reads to the end of the line; nil at the end of the input, or after Ctrl-C.
    private static func readLine(endingAt interrupts: [UInt8]) -> [UInt8]? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while true {
            let count = read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, !interrupts.contains(byte) else { return nil }
            if byte == UInt8(ascii: "\n") { return line }
            line.append(byte)
        }
    }

    private static func text(_ bytes: [UInt8]) throws(CommandError) -> String {
        guard bytes.count <= maximumBytes, let text = String(validating: bytes, as: UTF8.self),
            !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else {
            throw CommandError(.badInput, "The answer holds control characters, or is no UTF-8.")
        }
        return text
    }

    private static var aborted: CommandError {
        CommandError(.interrupted, "Ended at the prompt. Nothing was changed.")
    }
}
