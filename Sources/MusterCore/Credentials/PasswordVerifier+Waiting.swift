/// When a refusal is answered, and when a password is checked at all.
///
/// Neither may tell a stranger whether a user exists, or where it has signed in.
extension PasswordVerifier {
    /// How long an attempt waits whose name is tried from many networks.
    ///
    /// Strangers wait before their password is checked. From where the user has signed in before a right one is let in
    /// at once, and a wrong one is answered as late as a stranger's.
    func delay(of attempt: PasswordAttempt) -> Duration {
        guard access.rules.lockout.scope == .network, attempt.isSignIn,
            attempt.asker == nil
        else { return .zero }
        let usual = passwords.pace.delay(
            of: attempt.account.hash,
            from: attempt.source,
            at: access.clock.now()
        )
        // Login programs do not wait longer, and what never comes in time would be a lock.
        return attempt.isLocal ? min(usual, LoginPace.longestLocalDelay) : usual
    }

    /// Among whom an attempt waits for those at the same account and place, of which nobody has asked yet whether it is known.
    func gateLane(of attempt: PasswordAttempt) -> HashingLane {
        attempt.lane ?? attempt.asker.map { .caller($0.payer) }
            ?? .stranger(SourceNetwork(of: attempt.origin.peer, access.rules.networks))
    }

    /// Waits in one of the places of those who wait.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` if too many wait.
    func wait(_ attempt: PasswordAttempt, _ delay: Duration) async throws(MusterError) {
        try await passwords.waitingLogins.wait(
            WaitingLogins.Waiter(
                source: attempt.source,
                address: attempt.origin.peer,
                isLocal: attempt.isLocal
            ),
            for: delay,
            access.clock
        )
    }

    /// Waits before a wrong password is answered that came from where the user has signed in before.
    ///
    /// As many wait at a time as of strangers; the right password does not wait behind them.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` if too many wait.
    func answerLate(
        _ attempt: PasswordAttempt,
        at key: GuessGate.Key,
        _ delay: Duration
    ) async throws(MusterError) {
        try await passwords.lateAnswers.enter(key, in: gateLane(of: attempt))
        defer { passwords.lateAnswers.leave(key) }
        try await wait(attempt, delay)
        passwords.lateAnswers.allow(try await triesLeft(attempt), at: key)
    }

    /// Lets a refusal take as long as twice the dearest check of a hash that is kept would.
    ///
    /// So time tells neither which hash a user has nor, by what is written for a failure, whether there is one. Where
    /// the machine was too busy for that it ends with the next such stretch of time.
    func evenOut(_ attempt: PasswordAttempt, since start: Duration) async {
        // Whoever may ask for others may know who is there; who sits at a device of RADIUS may not.
        guard attempt.asker == nil || attempt.purpose == .signIn(.radius) else { return }
        let usual = passwords.hasher.refusalTime
        let whole = attempt.isHurried ? min(usual, LoginPace.longestLocalDelay) : usual
        guard whole > .zero else { return }
        let passed = access.clock.elapsed - start
        await access.clock.wait(for: whole * (Int(passed / whole) + 1) - passed)
    }
}

extension PasswordAttempt {
    /// Whether one of the machine's login programs asks.
    var isLocal: Bool { lane?.kind == .local }

    /// Whether a program asks that gives up within seconds: a login program, or a RADIUS server.
    var isHurried: Bool { isLocal || purpose == .signIn(.radius) }
}
