/// A request to change a password.
public struct PasswordChange: Sendable {
    /// The password as it should become.
    public let new: Secret<String>
    /// The password as it is; nil where the caller gave none.
    public let current: Secret<String>?
    /// Whose password `current` is.
    public let owner: CurrentOwner
    /// Whether the user has to change it at the next login.
    public let isTemporary: Bool

    /// Whose current password a caller gives: the Tenable dialect asks for the user's, the ActiveLogic
    /// dialect for the caller's own.
    public enum CurrentOwner: Sendable {
        /// The user whose password changes.
        case subject
        /// The caller.
        case caller
    }

    /// Builds a request.
    public init(
        new: Secret<String>,
        current: Secret<String>?,
        owner: CurrentOwner = .subject,
        isTemporary: Bool = false
    ) {
        self.new = new
        self.current = current
        self.owner = owner
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
    /// others, and a command on the data folder for anybody, but one that is given has to be right. All other sessions of the user end and the
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
        try principal.requirePower(over: target)
        let mayLeaveOut = principal.isMachine || (!isOwn && change.owner == .subject)
        guard change.current != nil || mayLeaveOut else { throw CurrentPasswordCheck.refusal }
        if let current = change.current {
            let owner = change.owner == .subject ? target : principal.user
            try await CurrentPasswordCheck(directory).require(current, of: owner, by: principal)
        }
        let hash = try await NewPassword(directory).hash(change.new, for: target)
        let directory = directory
        try await directory.change(by: principal) { transaction throws(MusterError) in
            let user = try transaction.existing(.id(target.id))
            try transaction.setPassword(
                hash,
                isTemporary: change.isTemporary,
                of: user,
                by: principal,
                at: directory.clock.now()
            )
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
        let check = try await directory.hasher.check(
            password,
            against: stored?.hash,
            in: .caller(principal.user.id)
        )
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
