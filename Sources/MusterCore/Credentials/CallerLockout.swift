/// What bounds the guesses at its own password of whoever has come in already.
///
/// Whoever has stolen a key can send it from any number of networks, so that a lock by network alone would hold only
/// those who stay where they are. (Who asks for others is slowed instead: ``QuestionThrottle``.)
extension LockoutRule {
    /// The failed guesses of a caller at its own password, from whatever networks, after which it gets no more:
    /// four times as many as from one network, so that a person who errs does not close it elsewhere.
    static let maximumFailuresOfCaller = 4 * maximumFailures

    /// Whether a caller may guess no more at its own password at `now`, from a place of which `source` is the
    /// record.
    ///
    /// Where it has signed in before, thieves elsewhere close nothing.
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

    /// How many more passwords a caller may have checked about itself at `now`, from 0.
    func triesLeftOfCaller(_ all: LoginSourceRecord, at now: Timestamp) -> Int {
        guard let last = all.lastFailure, isRunning(since: last, at: now) else {
            return LockoutRule.maximumFailuresOfCaller + 1
        }
        return max(0, LockoutRule.maximumFailuresOfCaller + 1 - all.failureCount)
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
    /// Where guesses at the asker's own password count whatever network they come from; nil for all else.
    var allOfAsker: LoginSource? {
        isSignIn ? nil : asker.map { LoginSource(askedBy: $0.user.id) }
    }

    /// Whether somebody wants to come in.
    var isSignIn: Bool {
        if case .signIn = purpose { true } else { false }
    }
}

extension DirectoryTransaction {
    /// Counts a wrong password for the asker of an attempt at its own, if it is one.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func countFailureOfAsker(
        _ attempt: PasswordAttempt,
        about user: UserID,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        guard let all = attempt.allOfAsker, try self.user(.id(user)) != nil else { return }
        let (rule, now) = (access.rules.lockout, access.clock.now())
        let record = rule.afterFailureOfCaller(try loginSource(all, of: user), at: now)
        let place = try placeOfFailure(from: all, of: user, rule, at: now)
        if let place { try replaceLoginSource(place, of: user, with: record) }
    }
}
