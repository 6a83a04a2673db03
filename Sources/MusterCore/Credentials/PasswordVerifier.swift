/// The one place where a name and a password are checked.
struct PasswordVerifier {
    let access: DirectoryAccess
    let passwords: PasswordChecks

    init(_ access: DirectoryAccess, _ passwords: PasswordChecks) {
        self.access = access
        self.passwords = passwords
    }

    /// Checks a name and a password, and goes on with `body` if they belong together and admission allows it.
    ///
    /// The password is hashed in every case, so that time tells nothing. Until `body` ends the attempt holds its
    /// place among those that may still fail, so `body` makes its change, in which it asks
    /// ``VerifiedPassword/judge(in:)``.
    ///
    /// - Throws: ``MusterError`` the attempt's failure; with code `server.overloaded` or `store.unavailable`; or
    ///   what `body` throws.
    func verify<Result: Sendable>(
        _ attempt: PasswordAttempt,
        _ body: (VerifiedPassword) async throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let source = attempt.allOfAsker ?? place(of: attempt)
        let key = GuessGate.Key(name: attempt.account.hash, source: source)
        switch try await judge(attempt, at: key, body) {
        case .accepted(let result):
            return result
        case .refused(let delay):
            if delay > .zero { try await answerLate(attempt, at: key, delay) }
            throw attempt.failure
        }
    }

    /// How an attempt went.
    private enum Verdict<Result: Sendable>: Sendable {
        case accepted(Result)
        /// The answer is due after so long.
        case refused(after: Duration)
    }

    private func judge<Result: Sendable>(
        _ attempt: PasswordAttempt,
        at key: GuessGate.Key,
        _ body: (VerifiedPassword) async throws(MusterError) -> Result
    ) async throws(MusterError) -> Verdict<Result> {
        let tried = GuessGate.Key(name: attempt.account.hash, source: place(of: attempt))
        try await passwords.guesses.enter(key, in: gateLane(of: attempt))
        defer { passwords.guesses.leave(key) }
        // What is read of a name that somebody has takes longer, too.
        let entered = access.clock.elapsed
        var start = attempt.began ?? entered
        var found = try await find(attempt)
        let delay = delay(of: attempt)
        let isFamiliar = found?.source.isFamiliar == true
        if delay > .zero, !isFamiliar {
            try await wait(attempt, max(delay - (access.clock.elapsed - entered), .zero))
            start = access.clock.elapsed
            found = try await find(attempt)
        }
        let now = access.clock.now()
        passwords.guesses.allow(triesLeft(found, tried, at: now), at: key)
        let lane = attempt.lane ?? lane(for: attempt.origin, found)
        let check = try await passwords.hasher.check(
            attempt.password,
            against: found?.password?.hash,
            in: lane
        )
        let reason = reason(attempt, found, check)
        guard reason == nil, let known = found, let kept = known.password else {
            // The network that an asker names may be made up, and is to slow nobody.
            if attempt.asker == nil {
                passwords.pace.noteFailure(of: attempt.account.hash, from: attempt.source, at: now)
            }
            if check == .wrong {
                passwords.triedNames.noteFailure(tried, access.rules.lockout, at: now)
            }
            try await refuse(attempt, found?.user, reason ?? Refusal.wrongPassword.rawValue)
            passwords.guesses.noteFailure(key)
            await evenOut(attempt, since: start)
            return .refused(after: isFamiliar ? delay : .zero)
        }
        passwords.triedNames.forget(tried)
        var rehashed: PasswordHash?
        // Of a password that is about to be replaced, a new hash would be thrown away.
        if check == .rightButOutdated, attempt.purpose != .replacement {
            rehashed = try await passwords.hasher.hash(attempt.password, in: lane)
        }
        let result = try await body(
            VerifiedPassword(
                user: known.user,
                kept: kept,
                rehashed: rehashed,
                attempt: attempt,
                access: access
            )
        )
        return .accepted(result)
    }

    private func find(_ attempt: PasswordAttempt) async throws(MusterError) -> AttemptStanding? {
        try await access.store.read(.bounded) { reader throws(MusterError) in
            try reader.standing(of: attempt)
        }
    }

    /// Where failures count together: the account as a whole where failures anywhere close it.
    private func place(of attempt: PasswordAttempt) -> LoginSource {
        access.rules.lockout.scope == .account ? .anywhere : attempt.source
    }

    /// How many passwords may be tried as an attempt would, from 0.
    func triesLeft(_ attempt: PasswordAttempt) async throws(MusterError) -> Int {
        let tried = GuessGate.Key(name: attempt.account.hash, source: place(of: attempt))
        return triesLeft(try await find(attempt), tried, at: access.clock.now())
    }

    private func triesLeft(
        _ found: AttemptStanding?,
        _ tried: GuessGate.Key,
        at now: Timestamp
    ) -> Int {
        let rule = access.rules.lockout
        // By what is remembered of names alone, so that a stranger cannot tell by time which are known.
        guard let found, let asked = found.asked else {
            return passwords.triedNames.triesLeft(tried, rule, at: now)
        }
        return min(
            rule.triesLeft(found.user.logins, found.source, at: now),
            rule.triesLeftOfCaller(asked, at: now)
        )
    }

    private func lane(for origin: RequestSource, _ found: AttemptStanding?) -> HashingLane {
        let network = SourceNetwork(of: origin.peer, access.rules.networks)
        return found?.source.isFamiliar == true ? .familiar(network) : .stranger(network)
    }
}
