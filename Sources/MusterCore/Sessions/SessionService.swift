/// A login by password.
public struct LoginRequest: Sendable {
    /// The login name as it was typed.
    public let username: String
    /// The password.
    public let password: Secret<String>
    /// The verification code, where one was asked for.
    public let code: Secret<String>?

    /// Builds a request.
    public init(username: String, password: Secret<String>, code: Secret<String>? = nil) {
        self.username = username
        self.password = password
        self.code = code
    }
}

/// Begins and ends sessions.
public struct SessionService: Sendable {
    let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// Begins a session for whoever knows the password and, where one is set up, has the second factor.
    ///
    /// Unknown, wrong, disabled, locked, shut out and from elsewhere are one answer, after the same work.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `code.required` (the code has been sent),
    ///   `request.rate_limited` (too many codes were sent), `server.overloaded` or `store.unavailable`.
    public func logIn(
        _ request: LoginRequest,
        from origin: RequestSource
    ) async throws(MusterError) -> IssuedSession {
        let attempt = PasswordAttempt(
            subject: .name(request.username),
            password: request.password,
            origin: origin,
            source: LoginSource(of: origin.address, directory.rules.networks),
            purpose: .signIn(.password)
        )
        var outcome = try await step(attempt, request.code)
        // Only hashed again by a login at the same time: asked once more.
        if case .refused(.changedMeanwhile) = outcome {
            outcome = try await step(attempt, request.code)
        }
        switch outcome {
        case .issued(let session):
            return session
        case .needsCode(let user):
            try await LoginCode(directory).send(to: user, for: attempt)
            throw MusterError(.codeRequired, "Verification code required")
        case .refused:
            throw .invalidCredentials
        }
    }

    /// How a login went on once its password was right.
    private enum Outcome: Sendable {
        case issued(IssuedSession)
        case needsCode(User)
        case refused(Refusal)
    }

    private func step(
        _ attempt: PasswordAttempt,
        _ code: Secret<String>?
    ) async throws(MusterError) -> Outcome {
        let directory = directory
        let token = Secret(Hex.text(directory.random.bytes(32)))
        return try await PasswordVerifier(directory).verify(attempt) {
            verified throws(MusterError) in
            try await directory.store.write { transaction throws(MusterError) in
                let signIn: VerifiedPassword.SignIn
                switch try verified.judge(in: transaction) {
                case .good(let present):
                    signIn = present
                case .refused(let refusal):
                    if refusal != .changedMeanwhile {
                        try transaction.recordLateRefusal(refusal, attempt, verified, directory)
                    }
                    return .refused(refusal)
                }
                let user = signIn.user
                if user.secondFactor.isRequiredAtLogin {
                    guard let code else {
                        try verified.replaceHash(in: transaction)
                        let fields = [AuditField("second_factor", "code required")]
                        let event = directory.event(
                            .authenticatePassword,
                            actor: AuditParty(user),
                            origin: attempt.origin,
                            on: AuditParty(user),
                            fields: fields
                        )
                        try transaction.recordSignIn(
                            [event],
                            of: user,
                            from: attempt.source,
                            directory
                        )
                        return .needsCode(user)
                    }
                    guard try transaction.takesLoginCode(code, of: user, attempt, directory) else {
                        return .refused(.wrongPassword)
                    }
                }
                try verified.noteSignIn(signIn, in: transaction, clearsFailures: true)
                try transaction.beginSession(token, of: user, attempt, directory)
                return .issued(IssuedSession(token: token, user: user))
            }
        }
    }

    /// Ends the session in use.
    ///
    /// A caller with API keys has none, and nothing happens.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func logOut(_ principal: Principal) async throws(MusterError) {
        guard let digest = principal.sessionDigest else { return }
        let directory = directory
        // There are no more of these than there were logins.
        try await directory.changeUncounted(by: principal, needing: .any) {
            principal,
            transaction throws(MusterError) in
            try transaction.endSession(digest, because: .loggedOut, at: directory.clock.now())
            let party = AuditParty(principal.actor)
            try transaction.recordSignIn(
                [AuditAction.logout, .sessionDelete].map { action in
                    directory.event(action, by: principal, on: party)
                },
                of: principal.actor,
                from: LoginSource(of: principal.origin.address, directory.rules.networks),
                directory
            )
        }
    }

    /// Forgets the sessions that have run out, and what was kept of failed logins and sent codes long ago.
    ///
    /// Sessions are gone through some thousands in a transaction, so that whoever writes meanwhile waits for one of
    /// those at most.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func sweep() async throws(MusterError) {
        let now = directory.clock.now()
        let limit = now.advanced(by: .zero - directory.rules.sessionLifetime)
        var last: Digest?
        repeat {
            last = try await directory.store.write { [last] transaction throws(MusterError) in
                try transaction.endExpiredSessions(
                    after: last,
                    atMost: SessionLimits.sweptTogether,
                    begunBefore: limit,
                    now: now
                )
            }
        } while last != nil && !Task.isCancelled
        for _ in 0..<SessionLimits.forgettingTurns where !Task.isCancelled {
            let forgotten = try await directory.store.write { transaction throws(MusterError) in
                try transaction.forgetSessionEnds(
                    before: limit,
                    keeping: SessionLimits.ended,
                    atMost: SessionLimits.sweptTogether
                )
            }
            guard forgotten == SessionLimits.sweptTogether else { break }
        }
        try await directory.store.write { transaction throws(MusterError) in
            try transaction.forgetSentCodes(before: now.advanced(by: .seconds(-172_800)))
            try transaction.forgetLoginFailures(
                outside: now.advanced(
                    by: .seconds(-604_800)
                )...now.advanced(by: Timestamp.clockTolerance)
            )
        }
    }
}

extension DirectoryTransaction {
    /// Begins a session, as a login does in its last step.
    ///
    /// Where the user has as many sessions as users have, the oldest ends.
    fileprivate func beginSession(
        _ token: Secret<String>,
        of user: User,
        _ attempt: PasswordAttempt,
        _ directory: Directory
    ) throws(MusterError) {
        let (now, origin) = (directory.clock.now(), attempt.origin)
        let replaced = try endOldestSessions(
            of: user.id,
            keeping: SessionLimits.perUser - 1,
            because: .replaced,
            at: now
        )
        try insertSession(
            Session(
                digest: directory.digester.digest(of: token),
                user: user.id,
                createdAt: now,
                lastSeenAt: now,
                address: origin.address
            )
        )
        let party = AuditParty(user)
        var events = [AuditAction.authenticatePassword, .sessionCreate].map { action in
            directory.event(action, actor: party, origin: origin, on: party)
        }
        for digest in replaced {
            let fields = [
                AuditField("session", SessionID(digest).text),
                AuditField("reason", SessionEnd.replaced.rawValue),
            ]
            events.append(
                directory.event(
                    .sessionDelete,
                    actor: party,
                    origin: origin,
                    on: party,
                    fields: fields
                )
            )
        }
        try recordSignIn(events, of: user, from: attempt.source, directory)
    }
}
