/// A name and a password that somebody presents, and where it counts if they do not belong together.
struct PasswordAttempt: Sendable {
    /// What the password would be good for.
    enum Purpose: Sendable, Equatable {
        /// Coming in by this way: admission is asked for.
        case signIn(SignInMethod)
        /// Proving again that one is the user, who has come in already.
        case confirmation
        /// The same, to have another password in its place.
        case replacement
    }

    /// Whose password it is said to be.
    enum Account: Sendable {
        /// Whoever has the login name as it was typed.
        case name(String)
        /// A user who is known already, whatever its name has become meanwhile.
        case user(UserID)

        /// How it is told from others.
        var hash: NameHash {
            switch self {
            case .name(let name): NameHash(name)
            case .user(let id): NameHash(id)
            }
        }

        /// How it is found.
        var reference: UserReference {
            switch self {
            case .name(let name): .username(name)
            case .user(let id): .id(id)
            }
        }
    }

    let account: Account
    let password: Secret<String>
    /// Where the person sits, and the number of the request.
    let origin: RequestSource
    /// Where failures count.
    let source: LoginSource
    let purpose: Purpose
    /// Who asks for somebody else, or for itself once more; nil for whoever signs in.
    var asker: Principal?
    /// Whose turn it is to be hashed; nil leaves that to what is known of the source.
    var lane: HashingLane?
    /// What the audit log says beside the reason.
    var fields: [AuditField] = []
    /// Whether one that has to be changed lets its user in to do so, where that way in would refuse it.
    var takesTemporary = false
    /// What is thrown if they do not belong together.
    var failure = MusterError.invalidCredentials
}

/// What a right password has shown.
struct VerifiedPassword: Sendable {
    /// Whose password it is.
    let user: User
    /// What was kept when it was checked.
    fileprivate let kept: StoredPassword
    /// The hash with today's parameters, where the one kept has others.
    fileprivate let rehashed: PasswordHash?
    let attempt: PasswordAttempt
    let access: DirectoryAccess

    /// When the password was set.
    var setAt: Timestamp { kept.changedAt }

    /// What a right password is worth in the change for which it was asked.
    enum Judgement: Sendable {
        /// It still opens what it was given for, to this user as it is now.
        case good(SignIn)
        /// It does not any more.
        case refused(Refusal)
    }

    /// A user whose password is good, at the moment of the change.
    struct SignIn: Sendable {
        /// The user as it is now.
        let user: User
        /// Whether it has come in from the same source before.
        fileprivate let isFamiliar: Bool
        /// Whether it has a second factor of any kind.
        let hasSecondFactor: Bool
        /// Whether the password has to be changed before anything else.
        let mustChangePassword: Bool
    }

    /// Judges the password once more, in the change for which it was asked.
    ///
    /// While it was checked it may have been changed, closed by failures from the same source, or its user shut
    /// out.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func judge(in reader: any DirectoryReader) throws(MusterError) -> Judgement {
        // By the name again: it may be somebody else's by now.
        guard let now = try reader.standing(of: attempt), now.user.id == user.id,
            let password = now.password, try isUnchanged(password, in: reader)
        else { return .refused(.changedMeanwhile) }
        let refusal = attempt.refusal(
            of: now.user,
            now.source,
            asked: now.asked,
            isTemporary: password.isTemporary,
            access
        )
        if let refusal { return .refused(refusal) }
        return .good(
            SignIn(
                user: now.user,
                isFamiliar: now.isFamiliar,
                hasSecondFactor: now.hasSecondFactor,
                mustChangePassword: password.isTemporary
            )
        )
    }

    /// Whether the password is the one that was checked; another check at the same time may have hashed it again.
    ///
    /// A new password has another time, and leaves the hash of the one before among the former ones.
    private func isUnchanged(
        _ now: StoredPassword,
        in reader: any DirectoryReader
    ) throws(MusterError) -> Bool {
        if now.hash == kept.hash { return true }
        guard now.changedAt == kept.changedAt else { return false }
        return try !reader.formerPasswords(of: user.id).contains(kept.hash)
    }

    /// Notes that the user has come in, by whatever way the password was asked for, and replaces an outdated hash.
    ///
    /// - Parameters:
    ///   - signIn: What ``judge(in:)`` has found in this change.
    ///   - transaction: The change for which the password was asked.
    ///   - clearsFailures: Whether the count of failed logins begins again. Wrong codes count, too, so that only a way in
    ///     that asks for a code may clear it.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func noteSignIn(
        _ signIn: SignIn,
        in transaction: any DirectoryTransaction,
        clearsFailures: Bool = false
    ) throws(MusterError) {
        try transaction.noteSignIn(
            of: signIn.user,
            from: attempt.source,
            isFamiliar: signIn.isFamiliar,
            clearsFailures: clearsFailures,
            at: access.clock.now()
        )
        try replaceHash(in: transaction)
    }

    /// Goes on in the change that the password confirms, and replaces an outdated hash.
    ///
    /// - Throws: ``MusterError`` with code `password.current_invalid` where it is good for nothing any more.
    func confirm(in transaction: any DirectoryTransaction) throws(MusterError) {
        guard case .good = try judge(in: transaction) else { throw attempt.failure }
        try replaceHash(in: transaction)
    }

    /// Replaces an outdated hash, or one from elsewhere; done wherever a right password was seen.
    func replaceHash(in transaction: any DirectoryTransaction) throws(MusterError) {
        guard let rehashed else { return }
        try transaction.rehashPassword(of: user.id, from: kept.hash, to: rehashed)
    }
}

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
        try await passwords.guesses.enter(key)
        defer { passwords.guesses.leave(key) }
        var found = try await find(attempt)
        let delay = delay(of: attempt)
        let isFamiliar = found?.source.isFamiliar == true
        if delay > .zero, !isFamiliar {
            try await wait(attempt, delay)
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
            await evenOut(attempt, since: now)
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

    /// Records an attempt that was refused, and counts it if it was a wrong password.
    func refuse(
        _ attempt: PasswordAttempt,
        _ user: User?,
        _ reason: String
    ) async throws(MusterError) {
        let access = access
        try await access.store.write { transaction throws(MusterError) in
            if reason == Refusal.wrongPassword.rawValue, let user {
                try transaction.countFailure(of: user.id, from: attempt.source, access)
                try transaction.countFailureOfAsker(attempt, about: user.id, access)
            }
            // A password typed into the name's field must not end up in the audit log.
            let target = user.map { AuditParty($0) } ?? AuditParty(uuid: nil, name: "unknown user")
            let event = access.event(
                .authenticatePassword,
                isFailure: true,
                actor: attempt.asker.map { AuditParty($0.actor) },
                origin: attempt.origin,
                on: target,
                fields: [AuditField("reason", reason)] + attempt.fields
            )
            try transaction.recordRefusal(event, from: attempt.source, access)
        }
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
        let network = SourceNetwork(of: origin.address, access.rules.networks)
        return found?.source.isFamiliar == true ? .familiar(network) : .stranger(network)
    }

    /// Why an attempt is refused; nil if it is not.
    private func reason(
        _ attempt: PasswordAttempt,
        _ found: AttemptStanding?,
        _ check: PasswordCheck
    ) -> String? {
        guard let found else { return "unknown user" }
        return attempt.refusal(
            of: found.user,
            found.source,
            asked: found.asked,
            isWrong: check == .wrong,
            isTemporary: found.password?.isTemporary == true,
            access
        )?.rawValue
    }
}

extension PasswordAttempt {
    /// Why a password is good for nothing; nil if it opens what it was given for.
    ///
    /// Asked when the password was checked, and again in the change for which it was.
    ///
    /// - Parameters:
    ///   - user: Whose it is, as it is now.
    ///   - source: What is kept of the place that it came from.
    ///   - asked: What is kept of the asker's guesses at its own password; nil for all else.
    ///   - isWrong: Whether it is another password.
    ///   - isTemporary: Whether it has to be changed.
    ///   - access: Whose rules hold.
    /// - Returns: The first reason there is.
    fileprivate func refusal(
        of user: User,
        _ source: LoginSourceRecord,
        asked: LoginSourceRecord?,
        isWrong: Bool = false,
        isTemporary: Bool,
        _ access: DirectoryAccess
    ) -> Refusal? {
        let (rule, now) = (access.rules.lockout, access.clock.now())
        let isClosedToAsker = asked.map { rule.locksCaller($0, source, at: now) } ?? false
        if isClosedToAsker || rule.locks(user.logins, source, at: now) { return .locked }
        if isWrong { return .wrongPassword }
        guard case .signIn(let method) = purpose else { return nil }
        if let refusal = user.refusal(by: method, from: origin.address, at: now) { return refusal }
        let isRefused = isTemporary && method.refusesTemporaryPasswords && !takesTemporary
        return isRefused ? .temporaryPassword : nil
    }
}
