/// A request to change a password.
public struct PasswordChange: Sendable {
    /// The password as it should become.
    public let new: Secret<String>
    /// The password as it is; nil where the caller gave none.
    public let current: Secret<String>?
    /// Whether the user has to change it at the next login.
    public let isTemporary: Bool

    /// Builds a request.
    public init(new: Secret<String>, current: Secret<String>?, isTemporary: Bool = false) {
        self.new = new
        self.current = current
        self.isTemporary = isTemporary
    }
}

/// Changes passwords.
public struct PasswordService: Sendable {
    private let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// Changes a password.
    ///
    /// On one's own account the current one is needed; an administrator may leave it out for
    /// others, but one that is given has to be right. All other sessions of the user end and the
    /// password door is unlocked.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `password.current_invalid`, `password.policy`, `server.overloaded`,
    ///   `store.unavailable`, or what `input` throws.
    public func change(
        _ subject: Subject,
        by principal: Principal,
        _ input: () throws(MusterError) -> PasswordChange
    ) async throws(MusterError) {
        let target = try directory.resolve(subject, for: principal)
        let change = try input()
        let isOwn = target.id == principal.user.id
        guard change.current != nil || !isOwn else { throw CurrentPasswordCheck.refusal }
        if let current = change.current {
            try await CurrentPasswordCheck(directory).require(current, of: target, by: principal)
        }
        try directory.rules.passwords.check(change.new, for: target.username)
        try await refuseFormerPasswords(change.new, of: target)
        let hash = try await directory.hasher.hash(change.new)
        let directory = directory
        try await directory.store.write { transaction throws(MusterError) in
            let user = try transaction.existing(.id(target.id))
            let password = StoredPassword(
                hash: hash,
                isTemporary: change.isTemporary,
                changedAt: directory.clock.now()
            )
            try transaction.replacePassword(of: user.id, with: password)
            try transaction.unlockPassword(of: user)
            let survivor = isOwn ? principal.sessionDigest : nil
            try transaction.deleteSessions(of: user.id, except: survivor)
            try transaction.appendAuditEvent(
                directory.event(
                    .userUpdate,
                    by: principal,
                    on: AuditParty(user),
                    fields: [AuditField("password", change.isTemporary ? "temporary" : "changed")]
                )
            )
        }
    }

    private func refuseFormerPasswords(
        _ password: Secret<String>,
        of user: User
    ) async throws(MusterError) {
        guard directory.rules.passwords.refusesFormerPasswords else { return }
        let hashes = try directory.store.read { reader throws(MusterError) in
            let current = try reader.password(of: user.id)?.hash
            return [current].compactMap(\.self) + (try reader.formerPasswords(of: user.id))
        }
        for hash in hashes {
            guard try await directory.hasher.check(password, against: hash) == .wrong else {
                throw PasswordPolicy.refusal(["not be the current or a former password"])
            }
        }
    }
}

/// Asks for a user's current password where a session alone must not be enough.
struct CurrentPasswordCheck {
    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    static var refusal: MusterError {
        MusterError(.currentPasswordInvalid, "Current password is invalid.")
    }

    /// Refuses a wrong password, and counts it like a failed login, so that this is no way round the lock.
    func require(
        _ password: Secret<String>,
        of user: User,
        by principal: Principal
    ) async throws(MusterError) {
        let stored = try directory.store.read { reader throws(MusterError) in
            try reader.password(of: user.id)
        }
        let isLocked = directory.rules.lockout.locks(user.logins, at: directory.clock.now())
        let check = try await directory.hasher.check(password, against: stored?.hash)
        guard check == .wrong || isLocked else { return }
        if !isLocked {
            let directory = directory
            try await directory.store.write { transaction throws(MusterError) in
                let user = try transaction.existing(.id(user.id))
                try transaction.updateLogins(
                    of: user.id,
                    to: directory.rules.lockout.afterFailure(user.logins, at: directory.clock.now())
                )
                try transaction.appendAuditEvent(
                    directory.event(
                        .authenticatePassword,
                        isFailure: true,
                        actor: AuditParty(principal.impersonator ?? principal.user),
                        origin: principal.origin,
                        on: AuditParty(user),
                        fields: [AuditField("reason", "wrong current password")]
                    )
                )
            }
        }
        throw CurrentPasswordCheck.refusal
    }
}
