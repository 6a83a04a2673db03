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
    ///   `server.overloaded` or `store.unavailable`.
    public func logIn(
        _ request: LoginRequest,
        from origin: Origin
    ) async throws(MusterError) -> IssuedSession {
        let door = PasswordDoor(directory)
        let proof = try await door.open(request, from: origin)
        if proof.user.secondFactor.isRequiredAtLogin {
            guard let code = request.code else {
                try await LoginCode(directory).send(to: proof.user)
                throw MusterError(.codeRequired, "Verification code required")
            }
            try await LoginCode(directory).check(code, of: proof.user, from: origin)
        }
        if let session = try await begin(proof, from: origin) { return session }
        // Changed since it was checked, or only hashed anew by a login at the same time: asked once more.
        let second = try await door.open(request, from: origin)
        guard let session = try await begin(second, from: origin) else { throw .invalidCredentials }
        return session
    }

    /// Begins a session; nil where the password is kept under another hash than the one it was checked with.
    private func begin(
        _ proof: PasswordDoor.Proof,
        from origin: Origin
    ) async throws(MusterError) -> IssuedSession? {
        let token = Secret(Hex.text(directory.random.bytes(32)))
        let digest = directory.digester.digest(of: token)
        let directory = directory
        let user: User? = try await directory.store.write { transaction throws(MusterError) in
            let now = directory.clock.now()
            var user = try transaction.existing(.id(proof.user.id))
            // The user may have been shut out since the password was checked.
            guard PasswordDoor(directory).isOpen(to: user, from: origin) else {
                throw .invalidCredentials
            }
            guard try transaction.password(of: user.id)?.hash == proof.hash else { return nil }
            if let rehashed = proof.rehashed {
                try transaction.rehashPassword(of: user.id, from: proof.hash, to: rehashed)
            }
            user.logins.failureCount = 0
            user.logins.lastSuccess = now
            try transaction.updateLogins(of: user.id, to: user.logins)
            try transaction.insertSession(
                Session(
                    digest: digest,
                    user: user.id,
                    createdAt: now,
                    lastSeenAt: now,
                    address: origin.address
                )
            )
            let party = AuditParty(user)
            try transaction.appendAuditEvent(
                directory.event(.authenticatePassword, actor: party, origin: origin, on: party)
            )
            try transaction.appendAuditEvent(
                directory.event(.sessionCreate, actor: party, origin: origin, on: party)
            )
            return user
        }
        return user.map { IssuedSession(token: token, user: $0) }
    }

    /// Ends the session in use.
    ///
    /// A caller with API keys has none, and nothing happens.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func logOut(_ principal: Principal) async throws(MusterError) {
        guard let digest = principal.sessionDigest else { return }
        let directory = directory
        try await directory.store.write { transaction throws(MusterError) in
            try transaction.endSession(digest, because: .loggedOut, at: directory.clock.now())
            let party = AuditParty(principal.impersonator ?? principal.user)
            for action in [AuditAction.logout, .sessionDelete] {
                try transaction.appendAuditEvent(
                    directory.event(action, by: principal, on: party)
                )
            }
        }
    }

    /// Forgets the sessions that have run out.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func sweep() async throws(MusterError) {
        let now = directory.clock.now()
        let limit = now.advanced(by: .zero - directory.rules.sessionLifetime)
        try await directory.store.write { transaction throws(MusterError) in
            try transaction.endExpiredSessions(begunBefore: limit, now: now)
        }
    }
}
