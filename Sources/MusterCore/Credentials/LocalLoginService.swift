/// Answers the machine's own login programs, which ask by way of PAM.
///
/// Nothing comes of an answer but a line in the audit log: no session, no token, no count of successes.
public struct LocalLoginService: Sendable {
    private let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// Checks a name and a password for somebody at `address`.
    ///
    /// Every refusal is the same answer after the same work; the audit log knows the reason. The lock of the
    /// password door holds here, too. There is no limit for all questions together, because every stranger
    /// who tries passwords at sshd would use it up for everybody.
    ///
    /// - Parameters:
    ///   - request: The name and the password.
    ///   - address: Where the person sits, as PAM says it; nil where it says nothing, which lets in only
    ///     users without hosts.
    ///   - requestID: The number of the question, 32 hexadecimal digits.
    /// - Returns: Whether the person may come in.
    /// - Throws: ``MusterError`` with code `server.overloaded` or `store.unavailable`.
    public func opens(
        _ request: LoginRequest,
        from address: String?,
        requestID: String
    ) async throws(MusterError) -> Bool {
        let client = address.flatMap { IPAddress($0) }
        let origin = Origin(address: client, requestID: requestID)
        let isMalformed = address != nil && client == nil
        if let reason = LocalLoginService.flaw(in: request.password, isMalformed: isMalformed) {
            _ = try await directory.hasher.check(request.password, against: nil, in: .local)
            try await note(reason, from: origin)
            return false
        }
        do {
            let proof = try await PasswordDoor(directory).open(request, from: origin)
            return try await confirm(proof, from: origin)
        } catch {
            guard error.code == .credentialsInvalid else { throw error }
            return false
        }
    }

    /// Whether a user who has proved itself in another way, with a key, may come in from `address`: it
    /// exists, is enabled, and its hosts allow the place.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func admits(_ username: String, from address: String?) throws(MusterError) -> Bool {
        let client = address.flatMap { IPAddress($0) }
        guard address == nil || client != nil else { return false }
        let user = try directory.store.read { reader throws(MusterError) in
            try reader.user(.username(username))
        }
        guard let user else { return false }
        return user.isEnabled && user.hosts.allow(client)
    }

    /// Why a question needs no look at the user's password; nil where it does.
    ///
    /// For names that the machine does not know, sshd sends a text that begins with a backspace instead of
    /// what was typed. No password has control characters, so that text is no guess, and must not lock
    /// the door of a user who has no account on this machine.
    private static func flaw(in password: Secret<String>, isMalformed: Bool) -> String? {
        if isMalformed { return "malformed address" }
        let hasControls = password.withExposedValue { text in
            text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        }
        return hasControls ? "not a password" : nil
    }

    /// Whether a proof still holds: the password may have been changed, the door locked, or the user shut out,
    /// while it was checked.
    private func confirm(
        _ proof: PasswordDoor.Proof,
        from origin: Origin
    ) async throws(MusterError) -> Bool {
        let directory = directory
        return try await directory.store.write { transaction throws(MusterError) in
            let user = try transaction.user(.id(proof.user.id))
            let hash = try transaction.password(of: proof.user.id)?.hash
            let now = directory.clock.now()
            let holds = user.map { user in
                user.isEnabled && user.authorizations.password && user.hosts.allow(origin.address)
                    && !directory.rules.lockout.locks(user.logins, at: now) && hash == proof.hash
            }
            let isRefused = holds != true
            let fields = isRefused ? [AuditField("reason", "changed meanwhile")] : []
            try transaction.appendAuditEvent(
                directory.event(
                    .authenticatePassword,
                    isFailure: isRefused,
                    actor: nil,
                    origin: origin,
                    on: AuditParty(proof.user),
                    fields: fields
                )
            )
            return !isRefused
        }
    }

    /// Notes a refusal that did not come as far as a user's password.
    private func note(_ reason: String, from origin: Origin) async throws(MusterError) {
        let event = directory.event(
            .authenticatePassword,
            isFailure: true,
            actor: nil,
            origin: origin,
            on: nil,
            fields: [AuditField("reason", reason)]
        )
        try await directory.store.write { transaction throws(MusterError) in
            try transaction.appendAuditEvent(event)
        }
    }
}
