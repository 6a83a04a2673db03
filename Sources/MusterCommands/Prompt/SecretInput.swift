import MusterCore

/// Where secrets come from; never the command line, which every user of the machine can read.
enum SecretInput {
    /// What is asked for.
    struct Kind: Sendable {
        /// What it is called in sentences.
        let noun: String
        /// What stands at the prompt.
        let question: String
        /// The options that bring it without a terminal.
        let ways: String

        /// The password of a login.
        static let password = Kind(
            noun: "password",
            question: "Password: ",
            ways: "--password-stdin"
        )
        /// The password that is about to be replaced.
        static let presentPassword = Kind(
            noun: "present password",
            question: "Present password: ",
            ways: "--password-stdin"
        )
        /// The same, where a code of a second factor will do in its place.
        static let presentPasswordOrCode = Kind(
            noun: "present password",
            question: "Present password (Enter for a code): ",
            ways: "--password-stdin"
        )
        /// The code of a second factor.
        static let code = Kind(noun: "code", question: "Code: ", ways: "--code-stdin")

        /// The password that a user is about to get.
        static func newPassword(for username: String, orNone: Bool) -> Kind {
            let ways = "--password-stdin\(orNone ? "," : " or") --generate-password"
            return Kind(
                noun: "new password",
                question: "New password for \(SafeText.escaped(username)): ",
                ways: ways + (orNone ? " or --no-password" : "")
            )
        }
    }

    /// Reads a secret that exists.
    ///
    /// - Throws: ``CommandError`` if there is none, or nobody to ask.
    static func existing(
        _ kind: Kind,
        fromStandardInput: Bool
    ) throws(CommandError) -> Secret<String> {
        if fromStandardInput { return try standardInput(kind) }
        try requireTerminal(kind)
        return try TerminalPrompt.secret(kind.question)
    }

    /// Reads a new secret, at a terminal twice.
    ///
    /// - Throws: ``CommandError`` if there is none, nobody to ask, or the two differ.
    static func new(
        _ kind: Kind,
        fromStandardInput: Bool
    ) throws(CommandError) -> Secret<String> {
        if fromStandardInput { return try standardInput(kind) }
        try requireTerminal(kind)
        let secret = try TerminalPrompt.secret(kind.question)
        let again = try TerminalPrompt.secret("The same again: ")
        let isSame = secret.withExposedValue { first in again.withExposedValue { first == $0 } }
        guard isSame else {
            throw CommandError(.badInput, "The two are not the same. Nothing was changed.")
        }
        return secret
    }

    private static func standardInput(_ kind: Kind) throws(CommandError) -> Secret<String> {
        guard let secret = try StandardInput.line(kind.noun) else {
            throw CommandError(.badInput, "There is no \(kind.noun) on standard input.")
        }
        return secret
    }

    /// Makes sure, before anything is done, that a secret can be had: it comes through standard input, or somebody is there.
    ///
    /// - Throws: ``CommandError``.
    static func require(_ kind: Kind, fromStandardInput: Bool) throws(CommandError) {
        if !fromStandardInput { try requireTerminal(kind) }
    }

    private static func requireTerminal(_ kind: Kind) throws(CommandError) {
        guard TerminalPrompt.isPossible else {
            throw CommandError(
                .usage,
                "There is no terminal to ask for the \(kind.noun) at. Use \(kind.ways)."
            )
        }
    }
}
