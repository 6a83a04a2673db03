/// A login by password.
public struct LoginRequest: Sendable {
    /// The login name as it was typed.
    public let username: String
    /// The password.
    public let password: Secret<String>
    /// The verification code, where one was asked for.
    public let code: Secret<String>?
    /// With which program; nil if that is not known, or nothing lasting begins.
    public let program: ProgramName?

    /// Builds a request.
    public init(
        username: String,
        password: Secret<String>,
        code: Secret<String>? = nil,
        program: ProgramName? = nil
    ) {
        self.username = username
        self.password = password
        self.code = code
        self.program = program
    }
}

/// Begins and ends sessions.
public struct SessionService: Sendable {
    let access: DirectoryAccess
    /// The kind of the sessions that it begins.
    let kind: SessionKind
    let passwords: PasswordChecks
    let cryptography: any FactorCryptography
    let sender: any CodeSender
    let notices: AccountNotices
    let signIns: SignInTally

    init(
        _ access: DirectoryAccess,
        opening kind: SessionKind,
        passwords: PasswordChecks,
        cryptography: any FactorCryptography,
        sender: any CodeSender,
        notices: AccountNotices,
        signIns: SignInTally
    ) {
        self.access = access
        self.kind = kind
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
            purpose: .signIn(.password),
            program: request.program
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
                from: LoginSource(of: principal.origin.peer, access.rules.networks),
                access
            )
        }
    }
}
