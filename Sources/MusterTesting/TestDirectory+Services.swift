public import MusterCore

extension TestDirectory {
    /// Finds out who comes in.
    public var authenticator: Authenticator { Authenticator(directory) }

    /// Users.
    public var users: UserService { UserService(directory) }

    /// Passwords.
    public var passwords: PasswordService { PasswordService(directory) }

    /// API keys.
    public var keys: APIKeyService { APIKeyService(directory) }

    /// Sessions.
    public var sessions: SessionService { SessionService(directory) }

    /// Second factors.
    public var secondFactors: SecondFactorService { SecondFactorService(directory) }

    /// Authenticator apps, passkeys and recovery codes.
    public var factors: FactorService { FactorService(directory) }

    /// Logins that a factor finishes.
    public var logins: LoginService { LoginService(directory) }

    /// Public keys.
    public var sshKeys: SSHKeyService { SSHKeyService(directory) }

    /// Other systems' questions about passwords.
    public var credentialChecks: CredentialCheckService { CredentialCheckService(directory) }

    /// RADIUS servers' questions.
    public var radius: RadiusLoginService { RadiusLoginService(directory) }

    /// Groups.
    public var groups: GroupService { GroupService(directory) }

    /// The audit log.
    public var audit: AuditService { AuditService(directory) }

    /// Begins a session.
    ///
    /// - Throws: What ``SessionService`` throws.
    public func logIn(
        _ username: String,
        _ password: Secret<String> = TestDirectory.administratorPassword,
        code: Secret<String>? = nil,
        from address: IPAddress? = TestDirectory.address
    ) async throws(MusterError) -> IssuedSession {
        try await sessions.logIn(
            LoginRequest(username: username, password: password, code: code),
            from: TestDirectory.origin(address)
        )
    }

    /// Comes in with the token of a session.
    ///
    /// - Throws: What ``Authenticator`` throws.
    public func enter(
        _ session: IssuedSession,
        from address: IPAddress? = TestDirectory.address
    ) async throws(MusterError) -> Principal {
        try await authenticator.authenticate(
            .session(token: session.token),
            from: TestDirectory.origin(address)
        )
    }

    /// Comes in with API keys.
    ///
    /// - Throws: What ``Authenticator`` throws.
    public func enter(
        _ keys: APIKeyPair,
        from address: IPAddress? = TestDirectory.address
    ) async throws(MusterError) -> Principal {
        try await authenticator.authenticate(
            .apiKeys(accessKey: keys.accessKey, secretKey: keys.secretKey),
            from: TestDirectory.origin(address)
        )
    }
}
