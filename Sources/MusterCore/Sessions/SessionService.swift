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
    let access: DirectoryAccess
    let passwords: PasswordChecks
    let cryptography: any FactorCryptography
    let sender: any CodeSender
    let notices: AccountNotices
    let signIns: SignInTally

    init(
        _ access: DirectoryAccess,
        passwords: PasswordChecks,
        cryptography: any FactorCryptography,
        sender: any CodeSender,
        notices: AccountNotices,
        signIns: SignInTally
    ) {
        self.access = access
        self.passwords = passwords
        self.cryptography = cryptography
        self.sender = sender
        self.notices = notices
        self.signIns = signIns
    }

    /// Begins a session for whoever knows the password and, where one is set up, has the second factor.
    ///
    /// Unknown, wrong, disabled, locked, shut out and from elsewhere are one answer, after the same work.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `code.required` (the code has been sent),
    ///   `code.undeliverable`, `request.rate_limited` (too many codes were sent), `server.overloaded` or
    ///   `store.unavailable`; whatever keeps a code from being sent names the factors by which the login goes on.
    public func logIn(
        _ request: LoginRequest,
        from origin: RequestSource
    ) async throws(MusterError) -> IssuedSession {
        try await signIns.note(.password) { () throws(MusterError) in
            try await begin(request, from: origin)
        }
    }

    private func begin(
        _ request: LoginRequest,
        from origin: RequestSource
    ) async throws(MusterError) -> IssuedSession {
        let attempt = PasswordAttempt(
            account: .name(request.username),
            password: request.password,
            origin: origin,
            source: LoginSource(of: origin.address, access.rules.networks),
            purpose: .signIn(.password)
        )
        var outcome = try await step(attempt, request.code)
        // Only hashed again by a login at the same time: asked once more.
        if case .refused(.changedMeanwhile) = outcome {
            outcome = try await step(attempt, request.code)
        }
        switch outcome {
        case .issued(let session, let taken):
            if let taken { await notices.tellOfRecovery(session.user, taken) }
            return session
        case .needsCode(let user, let challenge):
            throw await refusal(of: user, challenge, attempt)
        case .refused:
            throw .invalidCredentials
        }
    }

    /// What is said to whoever needs a second factor; who has nothing but sent codes is sent one at once, others say
    /// first which factor they take.
    private func refusal(
        of user: User,
        _ challenge: LoginChallenge,
        _ attempt: PasswordAttempt
    ) async -> MusterError {
        let isSent = challenge.factors.allSatisfy { [.sms, .email, .recovery].contains($0) }
        var refusal = MusterError(.codeRequired, "Verification code required")
        // Whom no code can reach any more may still have recovery codes.
        if isSent, challenge.factors != [.recovery] {
            do throws(MusterError) {
                try await LoginCode(access, sender: sender).send(to: user, at: SignInPlace(attempt))
            } catch {
                refusal = error
            }
        }
        refusal.challenge = challenge
        return refusal
    }

    /// How a login went on once its password was right.
    private enum Outcome: Sendable {
        case issued(IssuedSession, TakenFactor?)
        case needsCode(User, LoginChallenge)
        case refused(Refusal)
    }

    private func step(
        _ attempt: PasswordAttempt,
        _ code: Secret<String>?
    ) async throws(MusterError) -> Outcome {
        let (access, cryptography) = (access, cryptography)
        let token = Secret(Hex.text(access.random.bytes(32)))
        let secrets = CeremonySecrets(access.random)
        return try await PasswordVerifier(access, passwords).verify(attempt) {
            verified throws(MusterError) in
            try await access.store.write { transaction throws(MusterError) in
                let signIn: VerifiedPassword.SignIn
                switch try verified.judge(in: transaction) {
                case .good(let present):
                    signIn = present
                case .refused(let refusal):
                    if refusal != .changedMeanwhile {
                        try transaction.recordLateRefusal(
                            refusal.rawValue,
                            attempt,
                            verified,
                            access
                        )
                    }
                    return .refused(refusal)
                }
                let user = signIn.user
                var taken: TakenFactor?
                if signIn.hasSecondFactor {
                    guard let code else {
                        let challenge = try transaction.askForFactor(
                            of: user,
                            attempt,
                            verified,
                            secrets,
                            access
                        )
                        return .needsCode(user, challenge)
                    }
                    taken = try transaction.takeFactor(
                        .code(code),
                        of: user,
                        challenge: nil,
                        at: SignInPlace(attempt),
                        access,
                        cryptography
                    )
                    guard taken != nil else { return .refused(.wrongPassword) }
                }
                try verified.noteSignIn(signIn, in: transaction, clearsFailures: true)
                let session = try transaction.beginSession(
                    token,
                    of: user,
                    after: taken,
                    at: SignInPlace(attempt),
                    access
                )
                return .issued(session, taken)
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
        let access = access
        // There are no more of these than there were logins.
        try await access.changeUncounted(by: principal, needing: .any) {
            principal,
            transaction throws(MusterError) in
            try transaction.endSession(digest, because: .loggedOut, at: access.clock.now())
            let party = AuditParty(principal.actor)
            try transaction.recordSignIn(
                [AuditAction.logout, .sessionDelete].map { action in
                    access.event(action, by: principal, on: party)
                },
                of: principal.actor,
                from: LoginSource(of: principal.origin.address, access.rules.networks),
                access
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
        let now = access.clock.now()
        let limit = now.advanced(by: .zero - access.rules.sessionLifetime)
        var last: Digest?
        repeat {
            last = try await access.store.write { [last] transaction throws(MusterError) in
                try transaction.endExpiredSessions(
                    after: last,
                    atMost: SessionLimits.sweptTogether,
                    begunBefore: limit,
                    now: now
                )
            }
        } while last != nil && !Task.isCancelled
        for _ in 0..<SessionLimits.forgettingTurns where !Task.isCancelled {
            let forgotten = try await access.store.write { transaction throws(MusterError) in
                try transaction.forgetSessionEnds(
                    before: limit,
                    keeping: SessionLimits.ended,
                    atMost: SessionLimits.sweptTogether
                )
            }
            guard forgotten == SessionLimits.sweptTogether else { break }
        }
        try await access.store.write { transaction throws(MusterError) in
            try transaction.forgetCeremonies(
                outside: now.advanced(
                    by: .zero - Ceremony.lifetime
                )...now.advanced(by: Timestamp.clockTolerance)
            )
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
    /// Records that a password was right and a second factor is waited for.
    fileprivate func askForFactor(
        of user: User,
        _ attempt: PasswordAttempt,
        _ verified: VerifiedPassword,
        _ secrets: CeremonySecrets,
        _ access: DirectoryAccess
    ) throws(MusterError) -> LoginChallenge {
        try verified.replaceHash(in: self)
        let event = access.event(
            .authenticatePassword,
            actor: AuditParty(user),
            origin: attempt.origin,
            on: AuditParty(user),
            fields: [AuditField("second_factor", "code required")]
        )
        try recordSignIn([event], of: user, from: attempt.source, access)
        let changedAt = try password(of: user.id)?.changedAt ?? access.clock.now()
        return try beginCeremony(
            .login(passwordChangedAt: changedAt),
            of: user,
            secrets,
            access
        )
    }
}
