/// What bounds the guesses of whoever asks for others.
///
/// Such a caller says itself where the person sits, so that a lock by network alone would hold only callers who
/// tell the truth.
extension LockoutRule {
    /// The failed answers about one user to one caller, from whatever networks, after which that caller gets no
    /// more: four times as many as from one network, so that a person who errs does not close it for others.
    static let maximumFailuresOfCaller = 4 * maximumFailures

    /// Whether a caller gets no more answers about a user at `now`, who would be in a place of which `source` is
    /// the record.
    ///
    /// Where the user has been let in for this caller before, strangers elsewhere close nothing.
    func locksCaller(
        _ all: LoginSourceRecord,
        _ source: LoginSourceRecord,
        at now: Timestamp
    ) -> Bool {
        guard !source.isFamiliar, all.failureCount > LockoutRule.maximumFailuresOfCaller,
            let last = all.lastFailure
        else { return false }
        return isRunning(since: last, at: now)
    }

    /// The record of all answers to a caller after one more failure at `now`; what is older than a lock lasts is
    /// forgotten.
    func afterFailureOfCaller(_ all: LoginSourceRecord, at now: Timestamp) -> LoginSourceRecord {
        let goesOn = all.lastFailure.map { isRunning(since: $0, at: now) } ?? false
        return LoginSourceRecord(
            failureCount: goesOn ? all.failureCount + 1 : 1,
            lastFailure: now
        )
    }
}

extension PasswordAttempt {
    /// Where failures count whatever network the asker names; nil for whoever signs in itself.
    var allOfAsker: LoginSource? {
        guard purpose == .signIn, let asker else { return nil }
        return LoginSource(askedBy: asker.user.id)
    }
}

extension DirectoryReader {
    /// Whether the asker of an attempt, if there is one, gets no more answers about a user at `now`.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func isClosedToAsker(
        of attempt: PasswordAttempt,
        about user: UserID,
        _ source: LoginSourceRecord,
        _ rule: LockoutRule,
        at now: Timestamp
    ) throws(MusterError) -> Bool {
        guard let all = attempt.allOfAsker else { return false }
        return rule.locksCaller(try loginSource(all, of: user), source, at: now)
    }
}

extension DirectoryTransaction {
    /// Counts a wrong password for the asker of an attempt, if there is one.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func countFailureOfAsker(
        _ attempt: PasswordAttempt,
        about user: UserID,
        _ directory: Directory
    ) throws(MusterError) {
        guard let all = attempt.allOfAsker, try self.user(.id(user)) != nil else { return }
        let record = directory.rules.lockout.afterFailureOfCaller(
            try loginSource(all, of: user),
            at: directory.clock.now()
        )
        try updateLoginSource(all, of: user, to: record)
    }
}
