/// Asks for a user's current password where a key or session alone must not be enough.
struct CurrentPassword {
    private let access: DirectoryAccess
    private let passwords: PasswordChecks

    init(_ access: DirectoryAccess, _ passwords: PasswordChecks) {
        self.access = access
        self.passwords = passwords
    }

    static var refusal: MusterError {
        MusterError(.currentPasswordInvalid, "Current password is invalid.")
    }

    /// Goes on with `body` if a password is right; a wrong one counts like a failed login, so that this is no
    /// way round the lock.
    ///
    /// What is changed calls ``VerifiedPassword/confirm(in:)``.
    ///
    /// - Throws: ``MusterError`` as ``DirectoryAccess/readmit(_:in:)``; with code `password.current_invalid`,
    ///   `server.overloaded` or `store.unavailable`; or what `body` throws.
    func verify<Result: Sendable>(
        _ password: Secret<String>,
        of user: User,
        for purpose: PasswordAttempt.Purpose,
        by principal: Principal,
        _ body: (VerifiedPassword) async throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        // Whoever has lost the right to call is not told whether a password is right.
        try await access.look(by: principal) { _, _ throws(MusterError) in }
        let attempt = PasswordAttempt(
            account: .user(user.id),
            password: password,
            origin: principal.origin,
            source: principal.isMachine
                ? LoginSource(SourceNetwork(of: nil))
                : LoginSource(of: principal.origin.peer, access.rules.networks),
            purpose: purpose,
            asker: principal,
            lane: .caller(principal.payer),
            fields: [AuditField("asked", "current password")] + principal.origin.auditFields,
            failure: CurrentPassword.refusal
        )
        return try await PasswordVerifier(access, passwords).verify(attempt, body)
    }

    /// Goes on with `body` if the caller need not give its password, or gives the right one.
    ///
    /// Whoever changes how it is reached or how it proves itself has to know its password: a key or session may
    /// have been stolen.
    ///
    /// - Throws: As ``verify(_:of:for:by:_:)``.
    func verifyOwn<Result: Sendable>(
        _ password: Secret<String>?,
        of user: User,
        isNeeded: Bool,
        for purpose: PasswordAttempt.Purpose = .confirmation,
        by principal: Principal,
        _ body: (VerifiedPassword?) async throws(MusterError) -> Result
    ) async throws(MusterError) -> Result {
        if let password {
            return try await verify(password, of: user, for: purpose, by: principal, body)
        }
        if isNeeded { try CurrentPassword.requireNone(of: user, by: principal) }
        return try await body(nil)
    }

    /// Refuses a caller who has to give its password, and gave none.
    ///
    /// - Throws: ``MusterError`` with code `password.current_invalid`.
    static func requireNone(of user: User, by principal: Principal) throws(MusterError) {
        guard !principal.isOwn(user) || principal.isMachine else {
            throw CurrentPassword.refusal
        }
    }
}
