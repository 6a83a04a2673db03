/// What a password is judged by when it is tried from somewhere.
struct AttemptStanding: Sendable {
    let user: User
    let password: StoredPassword?
    /// What counts for the source: what is kept of it or, where nothing is, of its neighbourhood.
    let source: LoginSourceRecord
    /// Whether the user has come in from the very source before.
    let isFamiliar: Bool
    /// Whether the user has a second factor of any kind.
    let hasSecondFactor: Bool
    /// What is kept of the asker's guesses at its own password; nil for all else.
    let asked: LoginSourceRecord?
}

extension DirectoryReader {
    /// Finds the user of an attempt, and what it is judged by; nil if there is no such user.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func standing(of attempt: PasswordAttempt) throws(MusterError) -> AttemptStanding? {
        let near = attempt.source.neighbourhood.map { LoginSource(stored: $0) }
        let sources = [attempt.source, near, attempt.allOfAsker].compactMap(\.self)
        let facts = try loginFacts(of: attempt.account.reference, from: sources)
        guard let facts, let own = facts.records.first else { return nil }
        var others = facts.records.dropFirst()
        let ofNear = near == nil ? nil : others.popFirst()
        return AttemptStanding(
            user: facts.user,
            password: facts.password,
            source: own == LoginSourceRecord() ? ofNear ?? own : own,
            isFamiliar: own.isFamiliar,
            hasSecondFactor: facts.user.hasSecondFactor(besideCodes: facts.hasFactor),
            asked: attempt.allOfAsker == nil ? nil : others.first
        )
    }
}
