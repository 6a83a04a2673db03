/// The one place where a name and a password are checked.
struct PasswordDoor {
    /// What a right password has shown.
    struct Proof: Sendable {
        /// Whose password it is.
        let user: User
        /// The hash it was checked against.
        let hash: PasswordHash
        /// The hash with today's parameters, where the one kept has others.
        let rehashed: PasswordHash?
    }

    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// Checks a name and a password, whether the user is enabled and may use passwords, the lock
    /// and the hosts.
    ///
    /// The password is hashed in every case, so that time tells nothing.
    ///
    /// - Throws: ``MusterError`` with code `credentials.invalid`, `server.overloaded` or
    ///   `store.unavailable`.
    func open(
        _ request: LoginRequest,
        from origin: Origin,
        askedBy principal: Principal? = nil
    ) async throws(MusterError) -> Proof {
        let found = try directory.store.read { reader throws(MusterError) in
            guard let user = try reader.user(.username(request.username)) else {
                return nil as (user: User, password: StoredPassword?)?
            }
            return (user, try reader.password(of: user.id))
        }
        let check = try await directory.hasher.check(
            request.password,
            against: found?.password?.hash,
            in: .stranger(SourceNetwork(of: origin.address))
        )
        let isLocked =
            found.map { directory.rules.lockout.locks($0.user.logins, at: directory.clock.now()) }
            ?? false
        guard let found, let hash = found.password?.hash, check != .wrong, !isLocked,
            found.user.isEnabled, found.user.authorizations.password,
            found.user.hosts.allow(origin.address)
        else {
            let reason = PasswordDoor.reason(found?.user, check, isLocked: isLocked, origin)
            try await refuse(
                found?.user,
                askedBy: principal,
                counts: check == .wrong && !isLocked,
                reason: reason,
                origin: origin
            )
            throw .invalidCredentials
        }
        var rehashed: PasswordHash?
        if check == .rightButOutdated {
            rehashed = try await directory.hasher.hash(
                request.password,
                in: .stranger(SourceNetwork(of: origin.address))
            )
        }
        return Proof(user: found.user, hash: hash, rehashed: rehashed)
    }

    /// Whether a user may come in by password at this moment, if the password is right.
    func isOpen(to user: User, from origin: Origin) -> Bool {
        user.isEnabled && user.authorizations.password && user.hosts.allow(origin.address)
            && !directory.rules.lockout.locks(user.logins, at: directory.clock.now())
    }

    private func refuse(
        _ user: User?,
        askedBy principal: Principal?,
        counts: Bool,
        reason: String,
        origin: Origin
    ) async throws(MusterError) {
        let directory = directory
        try await directory.store.write { transaction throws(MusterError) in
            if counts, let id = user?.id, let user = try transaction.user(.id(id)) {
                try transaction.updateLogins(
                    of: id,
                    to: directory.rules.lockout.afterFailure(user.logins, at: directory.clock.now())
                )
            }
            // A password typed into the name's field must not end up in the audit log.
            let target = user.map { AuditParty($0) } ?? AuditParty(uuid: nil, name: "unknown user")
            try transaction.appendAuditEvent(
                directory.event(
                    .authenticatePassword,
                    isFailure: true,
                    actor: principal.map { AuditParty($0.impersonator ?? $0.user) },
                    origin: origin,
                    on: target,
                    fields: [AuditField("reason", reason)]
                )
            )
        }
    }

    private static func reason(
        _ user: User?,
        _ check: PasswordCheck,
        isLocked: Bool,
        _ origin: Origin
    ) -> String {
        guard let user else { return "unknown user" }
        if isLocked { return "locked" }
        if check == .wrong { return "wrong password" }
        if !user.isEnabled { return "disabled" }
        return user.authorizations.password ? "host not allowed" : "password not permitted"
    }
}
