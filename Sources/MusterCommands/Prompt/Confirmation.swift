import ArgumentParser

/// The option of every command that takes something away.
struct Confirmation: ParsableArguments {
    @Flag(name: [.short, .long], help: "Do not ask first.")
    var yes = false

    /// Asks before something is taken away.
    ///
    /// - Parameter question: What will be gone, ending in a question mark.
    /// - Throws: ``CommandError`` where the answer is not yes, or nobody is there to answer.
    func ask(_ question: String) throws(CommandError) {
        if yes { return }
        guard TerminalPrompt.isPossible else {
            throw CommandError(
                .usage,
                "There is no terminal to ask at, so nothing was changed. Say --yes to go on."
            )
        }
        let answer = try TerminalPrompt.line(SafeText.escaped(question) + " [y/N] ")
        guard ["y", "yes"].contains(answer.lowercased()) else {
            throw CommandError(.refused, "Nothing was changed.")
        }
    }
}
