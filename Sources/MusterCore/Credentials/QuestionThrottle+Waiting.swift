/// What is common to all ways by which a caller asks whether a name and a password belong together.
extension DirectoryAccess {
    /// Whether the user of a name was let in from a source before.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func isFamiliar(
        _ source: LoginSource,
        to username: String
    ) async throws(MusterError) -> Bool {
        try await store.read(.bounded) { reader throws(MusterError) in
            guard let user = try reader.user(.username(username)) else { return false }
            return try reader.loginSource(source, of: user.id).isFamiliar
        }
    }

    /// Lets a question wait whose caller has got many a no about that name, or together; does nothing without a delay.
    ///
    /// - Throws: as ``DirectoryAccess/readmit(_:in:)``, and ``MusterError`` with code `server.overloaded` if too many wait.
    func wait(
        _ delay: Duration,
        _ question: QuestionThrottle.Question,
        at source: LoginSource,
        _ principal: Principal,
        _ questions: QuestionThrottle,
        _ passwords: PasswordChecks
    ) async throws(MusterError) {
        guard delay > .zero else { return }
        do throws(MusterError) {
            try await passwords.waitingLogins.wait(
                WaitingLogins.Waiter(
                    source: source,
                    address: question.address,
                    askedBy: question.caller
                ),
                for: delay,
                clock
            )
        } catch {
            // What was not asked is no guess.
            questions.release(question)
            throw error
        }
        // Whoever has lost the right meanwhile is not told whether a password is right.
        try await look(by: principal) { caller, _ throws(MusterError) in
            try caller.requireReader()
        }
    }
}

extension QuestionThrottle {
    /// Has a question answered, and gives its place back where the password was not looked at: nobody has learned anything.
    ///
    /// - Throws: what `answer` throws.
    func counting<Answer: Sendable>(
        _ question: Question,
        _ answer: () async throws(MusterError) -> Answer
    ) async throws(MusterError) -> Answer {
        do throws(MusterError) {
            return try await answer()
        } catch {
            if error.cause is HashingRefusal || error.cause is CancellationError {
                release(question)
            }
            throw error
        }
    }
}
