import MusterAPI
import MusterClient
import MusterCore

/// Asks at the terminal for the code of a second factor, until one is taken or the server reads no more.
struct CodeDialog {
    let server: Server
    /// What the server wants to see.
    let challenge: LoginChallengeRecord
    /// Whether the server sends codes unasked, where nothing stronger is there.
    var sendsByItself = true

    /// Asks, and hands in what is typed; a wrong code is asked for again.
    ///
    /// - Parameters:
    ///   - reason: What the code is for, as the beginning of a sentence.
    ///   - way: A way by which a code is sent before anything is asked; nil sends none.
    ///   - take: Hands a code in.
    /// - Returns: What `take` returns.
    /// - Throws: ``CommandError``.
    func run<Result: Sendable>(
        _ reason: String,
        sending way: CodeWay? = nil,
        _ take: (CodeBody) async throws(CommandError) -> Result
    ) async throws(CommandError) -> Result {
        guard challenge.takesCodes else { throw CodeDialog.passkeyOnly }
        try SecretInput.require(.code, fromStandardInput: false)
        CommandFailure.note(
            "\(reason): \(challenge.words(sendsByItself)).\(challenge.advice(sendsByItself))"
        )
        if let way { try await send(way, mayWait: true) }
        var triesLeft = Ceremony.tries
        while true {
            let typed = try SecretInput.existing(.code, fromStandardInput: false)
                .withExposedValue { $0.trimmingBlanks }
            if typed.isEmpty { continue }
            if try await isOrder(typed) { continue }
            do throws(CommandError) {
                return try await take(CodeBody(code: typed))
            } catch {
                guard error.isCode(.credentialsInvalid) else { throw error }
                triesLeft -= 1
                guard triesLeft > 0 else { throw CodeDialog.tooMany }
                CommandFailure.note("That code is wrong, used up or too old. Try again.")
            }
        }
    }

    /// Has a code sent.
    ///
    /// - Parameters:
    ///   - way: By which way.
    ///   - mayWait: Whether it is enough to say that one was sent a moment ago.
    /// - Throws: ``CommandError``.
    func send(_ way: CodeWay, mayWait: Bool) async throws(CommandError) {
        guard let login = challenge.login, challenge.ways.contains(way) else {
            let others = challenge.ways.map(\.noun).joined(separator: " and ")
            let known = others.isEmpty ? "" : " They come by \(others)."
            throw CommandError(.badInput, "No codes are sent to you by \(way.noun).\(known)")
        }
        do throws(CommandError) {
            try await server.ask { client in
                try await client.logins.sendCode(login, ChannelBody(channel: way.rawValue))
            }
        } catch {
            guard mayWait, error.status == .tryAgain else { throw error }
            CommandFailure.note(error.message)
            return
        }
        CommandFailure.note("A code is on its way by \(way.noun).")
    }

    /// Whether what was typed asks for a code to be sent; then that is done.
    private func isOrder(_ typed: String) async throws(CommandError) -> Bool {
        let words = typed.foldedWords
        guard words.first?.elementsEqual("send".utf8) == true else { return false }
        let ways = challenge.ways
        let way =
            words.count == 1 && ways.count == 1
            ? ways[0]
            : ways.first { words.dropFirst().first?.elementsEqual($0.rawValue.utf8) == true }
        guard words.count <= 2, let way else {
            CommandFailure.note(
                "Type one of the codes: \(challenge.words(sendsByItself)).\(challenge.advice(sendsByItself))"
            )
            return true
        }
        try await send(way, mayWait: true)
        return true
    }

    static var passkeyOnly: CommandError {
        CommandError(
            .denied,
            "Your second factor is a passkey, which only a browser can use. Log in with a pair of API keys "
                + "(muster login --api-keys), or ask an administrator."
        )
    }

    private static var tooMany: CommandError {
        CommandError(
            .denied,
            "\(Ceremony.tries) codes were wrong, and no more are read. Each counts as a failed login; after the sixth "
                + "in a row the user is locked for a while. Begin again."
        )
    }
}

extension String {
    /// The words of a short text, in lower case as ASCII has it.
    fileprivate var foldedWords: [[UInt8]] {
        utf8.prefix(32).split(separator: 0x20).map { word in
            word.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        }
    }
}
