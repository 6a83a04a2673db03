/// A name and a password that somebody presents, and where it counts if they do not belong together.
struct PasswordAttempt: Sendable {
    /// What the password would be good for.
    enum Purpose: Sendable {
        /// Coming in, in any way: admission is asked for.
        case signIn
        /// Proving again that one is the user, who has come in already.
        case confirmation
        /// The same, to have another password in its place.
        case replacement
    }

    /// The login name as it was typed.
    let username: String
    let password: Secret<String>
    /// Where the person sits, and the number of the request.
    let origin: Origin
    /// Where failures count.
    let source: LoginSource
    var purpose = Purpose.signIn
    /// Who asks for somebody else, or for itself once more; nil for whoever signs in.
    var asker: Principal?
    /// Whose turn it is to be hashed; nil leaves that to what is known of the source.
    var lane: HashingLane?
    /// What the audit log says beside the reason.
    var fields: [AuditField] = []
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
    fileprivate let attempt: PasswordAttempt
    fileprivate let directory: Directory

    /// Why the password is good for nothing any more, in the change for which it was asked; nil if it still is.
    ///
    /// While it was checked it may have been changed, closed by failures from the same source, or its user shut
    /// out.
    func refusal(in reader: any DirectoryReader) throws(MusterError) -> Refusal? {
        guard let now = try reader.user(.id(user.id)), try isUnchanged(in: reader) else {
            return .changedMeanwhile
        }
        let source = try reader.loginSource(attempt.source, of: user.id)
        let (rule, time) = (directory.rules.lockout, directory.clock.now())
        guard !rule.locks(now.logins, source, at: time),
            try !reader.isClosedToAsker(of: attempt, about: user.id, source, rule, at: time)
        else { return .locked }
        return attempt.purpose == .signIn
            ? now.refusal(by: .password, from: attempt.origin.address) : nil
    }

    /// Whether the password is the one that was checked; another check at the same time may have hashed it anew.
    ///
    /// A new password has another time, and leaves the hash of the one before among the former ones.
    private func isUnchanged(in reader: any DirectoryReader) throws(MusterError) -> Bool {
        guard let now = try reader.password(of: user.id) else { return false }
        if now.hash == kept.hash { return true }
        guard now.changedAt == kept.changedAt else { return false }
        return try !reader.formerPasswords(of: user.id).contains(kept.hash)
    }

    /// Notes that the user has come in, by whatever way the password was asked for, and replaces an outdated hash.
    ///
    /// - Parameters:
    ///   - transaction: The change for which the password was asked.
    ///   - clearsFailures: Whether the count of failed logins begins anew. Wrong codes count, too, so that only a way in
    ///     that asks for a code may clear it.
    /// - Throws: ``MusterError`` with code `user.not_found` or `store.unavailable`.
    func noteSignIn(
        in transaction: any DirectoryTransaction,
        clearsFailures: Bool = false
    ) throws(MusterError) {
        let now = directory.clock.now()
        try transaction.updateLoginSource(
            attempt.source,
            of: user.id,
            to: LoginSourceRecord(lastSuccess: now)
        )
        var logins = try transaction.existing(.id(user.id)).logins
        logins.lastSuccess = now
        if clearsFailures { logins.failureCount = 0 }
        try transaction.updateLogins(of: user.id, to: logins)
        try replaceHash(in: transaction)
    }

    /// Goes on in the change that the password confirms, and replaces an outdated hash.
    ///
    /// - Throws: ``MusterError`` with code `password.current_invalid` where it is good for nothing any more.
    func confirm(in transaction: any DirectoryTransaction) throws(MusterError) {
        guard try refusal(in: transaction) == nil else { throw attempt.failure }
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
    private struct Found: Sendable {
        let user: User
        let password: StoredPassword?
        let source: LoginSourceRecord
        /// What is kept of the asker's guesses at its own password; nil for all else.
        let asked: LoginSourceRecord?
    }

    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// Checks a name and a password, and goes on with `body` if they belong together and admission allows it.
    ///
    /// The password is hashed in every case, so that time tells nothing. Until `body` ends the attempt holds its
    /// place among those that may still fail, so `body` makes its change, in which it asks
    /// ``VerifiedPassword/refusal(in:)``.
    ///
    /// - Throws: ``MusterError`` the attempt's failure; with code `server.overloaded` or `store.unavailable`; or
    ///   what `body` throws.
    func verify<Result: Sendable>(
        _ attempt: PasswordAttempt,
        _ body: (VerifiedPassword) async throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        let name = NameHash(attempt.username)
        let place = place(of: attempt)
        let key = GuessGate.Key(name: name, source: attempt.allOfAsker ?? place)
        let unknown = GuessGate.Key(name: name, source: place)
        try await directory.guesses.enter(key)
        defer { directory.guesses.leave(key) }
        var found = try find(attempt)
        if try await waits(attempt, name, found) { found = try find(attempt) }
        let now = directory.clock.now()
        directory.guesses.allow(triesLeft(found, unknown, at: now), at: key)
        let lane = attempt.lane ?? lane(for: attempt.origin, found)
        let check = try await directory.hasher.check(
            attempt.password,
            against: found?.password?.hash,
            in: lane
        )
        let reason = reason(attempt, found, check)
        guard reason == nil, let known = found, let kept = known.password else {
            // The network that an asker names may be made up, and is to slow nobody.
            if attempt.asker == nil {
                directory.pace.noteFailure(of: name, from: attempt.source, at: now)
            }
            if found == nil {
                directory.unknownNames.noteFailure(unknown, directory.rules.lockout, at: now)
            }
            try await refuse(attempt, found?.user, reason ?? Refusal.wrongPassword.rawValue)
            directory.guesses.noteFailure(key)
            throw attempt.failure
        }
        var rehashed: PasswordHash?
        // Of a password that is about to be replaced, a new hash would be thrown away.
        if check == .rightButOutdated, attempt.purpose != .replacement {
            rehashed = try await directory.hasher.hash(attempt.password, in: lane)
        }
        return try await body(
            VerifiedPassword(
                user: known.user,
                kept: kept,
                rehashed: rehashed,
                attempt: attempt,
                directory: directory
            )
        )
    }

    /// Records an attempt that was refused, and counts it if it was a wrong password.
    func refuse(
        _ attempt: PasswordAttempt,
        _ user: User?,
        _ reason: String
    ) async throws(MusterError) {
        let directory = directory
        try await directory.store.write { transaction throws(MusterError) in
            if reason == Refusal.wrongPassword.rawValue, let user {
                try transaction.countFailure(of: user.id, from: attempt.source, directory)
                try transaction.countFailureOfAsker(attempt, about: user.id, directory)
            }
            // A password typed into the name's field must not end up in the audit log.
            let target = user.map { AuditParty($0) } ?? AuditParty(uuid: nil, name: "unknown user")
            let event = directory.event(
                .authenticatePassword,
                isFailure: true,
                actor: attempt.asker.map { AuditParty($0.actor) },
                origin: attempt.origin,
                on: target,
                fields: [AuditField("reason", reason)] + attempt.fields
            )
            try transaction.recordRefusal(event, from: attempt.source, directory)
        }
    }

    private func find(_ attempt: PasswordAttempt) throws(MusterError) -> Found? {
        try directory.store.read { reader throws(MusterError) in
            guard let user = try reader.user(.username(attempt.username)) else { return nil }
            let source = try reader.loginSource(attempt.source, of: user.id)
            return Found(
                user: user,
                password: try reader.password(of: user.id),
                source: source,
                asked: try attempt.allOfAsker.map { all throws(MusterError) in
                    try reader.loginSource(all, of: user.id)
                }
            )
        }
    }

    /// Lets an attempt wait whose name is tried from many networks; answers whether it has.
    ///
    /// Those wait who come from where the user has never signed in.
    private func waits(
        _ attempt: PasswordAttempt,
        _ name: NameHash,
        _ found: Found?
    ) async throws(MusterError) -> Bool {
        guard directory.rules.lockout.scope == .network, attempt.purpose == .signIn,
            attempt.asker == nil, found?.source.isFamiliar != true
        else { return false }
        let now = directory.clock.now()
        let usual = directory.pace.delay(of: name, from: attempt.source, at: now)
        // The machine's login programs do not wait longer, and what never comes in time would be a lock.
        let delay = attempt.lane?.kind == .local ? min(usual, LoginPace.longestLocalDelay) : usual
        guard delay > .zero else { return false }
        try await directory.waitingLogins.wait(
            WaitingLogins.Waiter(
                source: attempt.source,
                address: attempt.origin.address,
                isLocal: attempt.lane?.kind == .local
            ),
            for: delay,
            directory.clock
        )
        return true
    }

    /// Where failures count together: the account as a whole where failures anywhere close it.
    private func place(of attempt: PasswordAttempt) -> LoginSource {
        directory.rules.lockout.scope == .account ? .anywhere : attempt.source
    }

    /// How many passwords may be tried as an attempt would, from 0.
    func triesLeft(_ attempt: PasswordAttempt) throws(MusterError) -> Int {
        let unknown = GuessGate.Key(name: NameHash(attempt.username), source: place(of: attempt))
        return triesLeft(try find(attempt), unknown, at: directory.clock.now())
    }

    private func triesLeft(_ found: Found?, _ key: GuessGate.Key, at now: Timestamp) -> Int {
        let rule = directory.rules.lockout
        guard let found else { return directory.unknownNames.triesLeft(key, rule, at: now) }
        let left = rule.triesLeft(found.user.logins, found.source, at: now)
        return found.asked.map { min(left, rule.triesLeftOfCaller($0, at: now)) } ?? left
    }

    private func lane(for origin: Origin, _ found: Found?) -> HashingLane {
        let network = SourceNetwork(of: origin.address, directory.rules.networks)
        return found?.source.isFamiliar == true ? .familiar(network) : .stranger(network)
    }

    /// Why an attempt is refused; nil if it is not.
    private func reason(
        _ attempt: PasswordAttempt,
        _ found: Found?,
        _ check: PasswordCheck
    ) -> String? {
        guard let found else { return "unknown user" }
        let (rule, now) = (directory.rules.lockout, directory.clock.now())
        let isClosedToAsker =
            found.asked.map { rule.locksCaller($0, found.source, at: now) } ?? false
        if isClosedToAsker || rule.locks(found.user.logins, found.source, at: now) {
            return Refusal.locked.rawValue
        }
        if check == .wrong { return Refusal.wrongPassword.rawValue }
        guard attempt.purpose == .signIn else { return nil }
        return found.user.refusal(by: .password, from: attempt.origin.address)?.rawValue
    }
}

extension DirectoryTransaction {
    /// Counts a failed login of a user.
    func countFailure(
        of user: UserID,
        from source: LoginSource,
        _ directory: Directory
    ) throws(MusterError) {
        guard let now = try self.user(.id(user)) else { return }
        let (record, sourceRecord) = directory.rules.lockout.afterFailure(
            now.logins,
            try loginSource(source, of: user),
            at: directory.clock.now()
        )
        try updateLogins(of: user, to: record)
        try updateLoginSource(source, of: user, to: sourceRecord)
    }

    /// Forgets the failed logins since the last success, from wherever they came; the total stays.
    func unlockPassword(of user: User) throws(MusterError) {
        guard user.logins.failureCount != 0 || user.logins.lastClosing != nil else { return }
        var record = user.logins
        record.failureCount = 0
        record.lastClosing = nil
        try updateLogins(of: user.id, to: record)
        try forgetLoginFailures(of: user.id)
    }
}
