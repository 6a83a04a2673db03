/// Answers another system's question whether a name and a password belong together, and what that user may do.
///
/// Nothing comes of it: no session, no token, no change of the caller's own session.
public struct CredentialCheckService: Sendable {
    private let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// Checks a name and a password for a client that comes from `address`.
    ///
    /// Unknown name, wrong password, an address that is not allowed or is none, a locked or disabled user and
    /// too many questions are one answer, after the same work. The audit log knows which it was.
    ///
    /// - Returns: The user's masks, read from the store at this moment.
    /// - Throws: ``MusterError`` with code `login.failed`, `access.insufficient_scope`,
    ///   `password.change_required`, `server.overloaded` or `store.unavailable`.
    public func check(
        _ request: LoginRequest,
        from address: String,
        by principal: Principal
    ) async throws(MusterError) -> Masks {
        try principal.requireReader()
        let client = IPAddress(address)
        let caller = principal.user.id
        let now = directory.clock.now()
        let place = client?.description ?? "none"
        let isAdmitted = directory.throttle.admits(
            name: request.username,
            address: place,
            caller: caller,
            at: now
        )
        guard let client, isAdmitted else {
            _ = try await directory.hasher.check(
                request.password,
                against: nil,
                in: .caller(caller)
            )
            try await note(isAdmitted ? "malformed address" : "throttled", principal)
            throw CredentialCheckService.refusal
        }
        let origin = Origin(address: client, requestID: principal.origin.requestID)
        do {
            let proof = try await PasswordDoor(directory).open(
                request,
                from: origin,
                askedBy: principal
            )
            try await noteSuccess(proof.user, origin, principal)
            directory.throttle.release(name: request.username, address: place, caller: caller)
            return proof.user.masks
        } catch {
            guard error.code == .credentialsInvalid else { throw error }
            throw CredentialCheckService.refusal
        }
    }

    private static var refusal: MusterError {
        MusterError(.loginFailed, "Login Failed")
    }

    private func note(_ reason: String, _ principal: Principal) async throws(MusterError) {
        let event = directory.event(
            .authenticatePassword,
            isFailure: true,
            actor: AuditParty(principal.impersonator ?? principal.user),
            origin: principal.origin,
            on: nil,
            fields: [AuditField("reason", reason)]
        )
        try await directory.store.write { transaction throws(MusterError) in
            try transaction.appendAuditEvent(event)
        }
    }

    private func noteSuccess(
        _ user: User,
        _ origin: Origin,
        _ principal: Principal
    ) async throws(MusterError) {
        let event = directory.event(
            .authenticatePassword,
            actor: AuditParty(principal.impersonator ?? principal.user),
            origin: origin,
            on: AuditParty(user)
        )
        try await directory.store.write { transaction throws(MusterError) in
            try transaction.appendAuditEvent(event)
        }
    }
}
