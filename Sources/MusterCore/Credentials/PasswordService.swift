/// A request to change a password.
public struct PasswordChange: Sendable {
    /// The password as it should become.
    public let new: Secret<String>
    /// The password as it is; nil if the caller gave none.
    public let current: Secret<String>?
    /// Whose password `current` is.
    public let owner: CurrentOwner
    /// Whether the user has to change it at the next login.
    public let isTemporary: Bool

    /// Whose current password a caller gives: the Tenable dialect asks for the user's, the ActiveLogic
    /// dialect for the caller's own.
    public enum CurrentOwner: Sendable {
        /// The user whose password changes.
        case target
        /// The caller.
        case caller
    }

    /// Builds a request.
    public init(
        new: Secret<String>,
        current: Secret<String>?,
        owner: CurrentOwner = .target,
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
    private let access: DirectoryAccess
    private let passwords: PasswordChecks
    private let notices: AccountNotices

    init(_ access: DirectoryAccess, passwords: PasswordChecks, notices: AccountNotices) {
        self.access = access
        self.passwords = passwords
        self.notices = notices
    }

    /// Changes a password.
    ///
    /// On one's own account the current one is needed, also by whoever acts in somebody else's name; an
    /// administrator may leave it out for others, and a command on the data folder for anybody, but one that is
    /// given has to be right. All other sessions of the user end, and failed logins are forgotten.
    ///
    /// - Parameters:
    ///   - target: The user.
    ///   - principal: Who calls.
    ///   - kind: The kind of the caller's session, if it can be handed another token: that of a session which goes on after
    ///     its owner's password has changed may be what was stolen. With nil it keeps the one it has.
    ///   - input: Reads what is asked for.
    /// - Returns: The caller's session with its new token; nil if it keeps the one it has.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `password.current_invalid`, `password.policy`, `factor.confirmation_required`,
    ///   `server.overloaded`, `store.unavailable`, or what `input` throws.
    @discardableResult
    public func change(
        _ target: UserTarget,
        by principal: Principal,
        renewing kind: SessionKind? = nil,
        _ input: () throws(MusterError) -> PasswordChange
    ) async throws(MusterError) -> IssuedSession? {
        let known = try await access.resolve(target, for: principal)
        let change = try input()
        try principal.requirePower(over: known)
        let mayLeaveOut =
            principal.isMachine || (!principal.isOwn(known) && change.owner == .target)
        guard change.current != nil || mayLeaveOut else { throw CurrentPassword.refusal }
        let lane = HashingLane.caller(principal.payer)
        let hash = { () async throws(MusterError) in
            try await NewPassword(access, passwords.hasher, in: lane, by: principal).hash(
                change.new,
                for: known.username,
                besideFactor: known.mustHaveFactor,
                formerOf: known.id
            )
        }
        let token = kind.map { SessionToken($0, access) }
        guard let current = change.current else {
            return try await set(try await hash(), change, of: known, by: principal, nil, token)
        }
        // Whoever acts in another's name and changes itself gives its own password, not the other's.
        let isTargets = change.owner == .target || principal.isOwn(known)
        let owner = isTargets ? known : principal.user
        return try await CurrentPassword(access, passwords).verify(
            current,
            of: owner,
            for: isTargets ? .replacement : .confirmation,
            by: principal
        ) { verified throws(MusterError) in
            try await set(try await hash(), change, of: known, by: principal, verified, token)
        }
    }

    private func set(
        _ hash: PasswordHash,
        _ change: PasswordChange,
        of target: User,
        by principal: Principal,
        _ verified: VerifiedPassword?,
        _ token: SessionToken?
    ) async throws(MusterError) -> IssuedSession? {
        let access = access
        // Whoever has a temporary password comes to change it.
        let right: Principal.Right = target.id == principal.user.id ? .any : .administrator
        let kind = ChangeBudget.Kind(verified)
        let (told, session) = try await access.change(by: principal, needing: right, as: kind) {
            caller,
            transaction throws(MusterError) in
            try verified?.confirm(in: transaction)
            let user = try transaction.existing(.id(target.id))
            try caller.requirePower(over: user)
            if verified == nil {
                try transaction.requireProof(of: caller, toLetIn: user, access)
            }
            try transaction.setPassword(
                hash,
                isTemporary: change.isTemporary,
                of: user,
                by: caller,
                at: access.clock.now(),
                access
            )
            let kind = change.isTemporary ? "temporary" : "changed"
            try transaction.appendAuditEvent(
                access.event(
                    .userUpdate,
                    by: caller,
                    on: AuditParty(user),
                    fields: [AuditField("password", kind)]
                )
            )
            var renewed: IssuedSession?
            if let token, user.id == caller.user.id {
                renewed = try transaction.renewSession(
                    of: caller,
                    with: token,
                    at: access.clock.now()
                )
            }
            let news = AccountNews.passwordChanged(isTemporary: change.isTemporary)
            return (AccountChange(of: user, by: caller, [news]), renewed)
        }
        await notices.tell(told)
        return session
    }
}
