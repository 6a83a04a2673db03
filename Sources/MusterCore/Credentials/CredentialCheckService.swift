/// Answers another system's question whether a name and a password belong together, and what that user may do.
///
/// Nothing comes of it but when the user came in: no session, no token, no change of the caller's own session.
public struct CredentialCheckService: Sendable {
    private let access: DirectoryAccess
    private let passwords: PasswordChecks
    private let cryptography: any FactorCryptography
    private let questions: QuestionThrottle
    private let signIns: SignInTally

    init(
        _ access: DirectoryAccess,
        passwords: PasswordChecks,
        cryptography: any FactorCryptography,
        questions: QuestionThrottle,
        signIns: SignInTally
    ) {
        self.access = access
        self.passwords = passwords
        self.cryptography = cryptography
        self.questions = questions
        self.signIns = signIns
    }

    /// Checks a name and a password for a client that comes from `address`.
    ///
    /// Unknown name, wrong password, a temporary one, an address that is not allowed or is none, a locked or
    /// disabled user and too many questions are one answer, after the same work. The audit log knows which it
    /// was. Caller and user are judged again when the answer is given.
    ///
    /// - Returns: The user's masks, read from the store at this moment.
    /// - Throws: ``MusterError`` with code `login.failed`, `access.insufficient_scope`,
    ///   `password.change_required`, `credentials.invalid`, `server.overloaded` or `store.unavailable`.
    public func check(
        _ request: LoginRequest,
        from address: String,
        by principal: Principal
    ) async throws(MusterError) -> Masks {
        try principal.requireReader()
        return try await signIns.note(.credentialCheck) { () throws(MusterError) in
            try await judge(request, from: address, by: principal)
        }
    }

    private func judge(
        _ request: LoginRequest,
        from address: String,
        by principal: Principal
    ) async throws(MusterError) -> Masks {
        let client = IPAddress(reported: address)
        let caller = principal.payer
        let network = SourceNetwork(of: client, access.rules.networks)
        let source = LoginSource(network, askedBy: caller)
        let question = QuestionThrottle.Question(
            name: NameHash(request.username),
            address: client,
            caller: caller,
            isFamiliar: try await access.isFamiliar(source, to: request.username)
        )
        let given = try await PasswordAndCode(request.password, of: request.username, access)
        let attempt = PasswordAttempt(
            account: .name(request.username),
            password: given.password,
            origin: RequestSource(address: client, requestID: principal.origin.requestID),
            source: source,
            purpose: .signIn(.credentialCheck),
            asker: principal,
            lane: .caller(principal.payer),
            fields: CredentialCheckService.place(of: principal),
            failure: CredentialCheckService.refusal
        )
        // An address that is none has no place in the table: nothing is looked up for it, and nothing learned.
        let delay = client == nil ? nil : questions.admit(question, at: access.clock.now())
        guard let delay else {
            _ = try await passwords.hasher.check(
                request.password,
                against: nil,
                in: .caller(principal.payer)
            )
            try await note(client == nil ? "malformed address" : "throttled", attempt, principal)
            throw CredentialCheckService.refusal
        }
        try await access.wait(delay, question, at: source, principal, questions, passwords)
        let masks = try await questions.counting(question) { () async throws(MusterError) in
            try await PasswordVerifier(access, passwords).verify(attempt) {
                verified throws(MusterError) in
                try await answer(attempt, given, verified, principal)
            }
        }
        guard let masks else { throw CredentialCheckService.refusal }
        questions.release(question)
        return masks
    }

    private static var refusal: MusterError {
        MusterError(.loginFailed, "Login Failed")
    }

    /// Where the caller itself is; the event's own address is the one it asked about.
    private static func place(of principal: Principal) -> [AuditField] {
        let address = principal.origin.address?.description ?? "none"
        return [AuditField("asked_from", address)]
    }

    /// What the user may do, read where caller and user are judged again; nil if it is refused.
    private func answer(
        _ attempt: PasswordAttempt,
        _ given: PasswordAndCode,
        _ verified: VerifiedPassword,
        _ principal: Principal
    ) async throws(MusterError) -> Masks? {
        let (access, cryptography) = (access, cryptography)
        return try await access.change(by: principal, needing: .reader) {
            caller,
            transaction throws(MusterError) in
            let signIn: VerifiedPassword.SignIn
            switch try verified.judge(given, in: transaction, cryptography) {
            case .good(let present):
                signIn = present
            case .refused(let reason):
                try transaction.recordLateRefusal(reason, attempt, verified, access)
                return nil
            }
            let user = signIn.user
            try verified.noteSignIn(signIn, in: transaction)
            let event = access.event(
                .authenticatePassword,
                actor: AuditParty(caller.actor),
                origin: attempt.origin,
                on: AuditParty(user),
                fields: attempt.fields
            )
            try transaction.recordSignIn([event], of: user, from: attempt.source, access)
            return user.masks
        }
    }

    private func note(
        _ reason: String,
        _ attempt: PasswordAttempt,
        _ principal: Principal
    ) async throws(MusterError) {
        let access = access
        let event = access.event(
            .authenticatePassword,
            isFailure: true,
            actor: AuditParty(principal.actor),
            origin: principal.origin,
            on: nil,
            fields: [AuditField("reason", reason)]
        )
        try await access.store.write { transaction throws(MusterError) in
            try transaction.recordRefusal(event, from: attempt.source, access)
        }
    }
}
