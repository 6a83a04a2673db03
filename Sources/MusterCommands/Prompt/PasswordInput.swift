import ArgumentParser
import MusterCore

/// Where a password comes from; never the command line, which every user of the machine can read.
enum PasswordInput {
    /// Reads a password that exists.
    ///
    /// - Throws: ``CommandError`` where there is none, or nobody to ask.
    static func existing(
        _ question: String,
        fromStandardInput: Bool
    ) throws(CommandError) -> Secret<String> {
        if fromStandardInput { return try standardInput() }
        try requireTerminal()
        return try TerminalPrompt.secret(question)
    }

    /// Reads a new password, at a terminal twice.
    ///
    /// - Throws: ``CommandError`` where there is none, nobody to ask, or the two differ.
    static func new(
        _ question: String,
        fromStandardInput: Bool
    ) throws(CommandError) -> Secret<String> {
        if fromStandardInput { return try standardInput() }
        try requireTerminal()
        let password = try TerminalPrompt.secret(question)
        let again = try TerminalPrompt.secret("The same again: ")
        let isSame = password.withExposedValue { first in again.withExposedValue { first == $0 } }
        guard isSame else {
            throw CommandError(.badInput, "The two are not the same. Nothing was changed.")
        }
        return password
    }

    private static func standardInput() throws(CommandError) -> Secret<String> {
        guard let password = try StandardInput.line("password") else {
            throw CommandError(.badInput, "There is no password on standard input.")
        }
        return password
    }

    private static func requireTerminal() throws(CommandError) {
        guard TerminalPrompt.isPossible else {
            throw CommandError(
                .usage,
                "There is no terminal to ask for the password at. Use --password-stdin."
            )
        }
    }
}
