/// Makes API keys, and takes them away.
public struct APIKeyService: Sendable {
    private let access: DirectoryAccess
    private let passwords: PasswordChecks
    private let notices: AccountNotices

    init(_ access: DirectoryAccess, passwords: PasswordChecks, notices: AccountNotices) {
        self.access = access
        self.passwords = passwords
        self.notices = notices
    }

    /// Gives a user a new pair.
    ///
    /// The former one is dead at once, and signing in with the password is unlocked. Keys need no second factor, so whoever
    /// has one shows, in a session that is not new, that it is itself before it makes keys of its own.
    ///
    /// - Parameters:
    ///   - target: Who gets the pair.
    ///   - principal: The caller.
    ///   - input: Gives the caller's own password, if it was sent.
    /// - Returns: The pair, for the only time.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`, or as ``OwnConfirmation``; or what `input` throws.
    public func rotate(
        _ target: UserTarget,
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>? = { nil }
    ) async throws(MusterError) -> APIKeyPair {
        let access = access
        let pair = APIKeyPair(from: access.random)
        // Who has the keys has what it asks for already; who has a session may have stolen it.
        let change = try await OwnConfirmation(access, passwords: passwords).change(
            of: target,
            by: principal,
            password: \.self,
            isFreeWithoutFactor: true,
            input
        ) { caller, user, _, transaction throws(MusterError) in
            try access.replaceKeys(of: user, with: pair, by: caller, in: transaction)
        }
        await notices.tell(change)
        return pair
    }

    /// Takes a user's pair away; nothing happens if there is none.
    ///
    /// - Returns: The user.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.escalation`,
    ///   `access.last_administrator`, `password.change_required`, `user.not_found` or `store.unavailable`.
    public func revoke(
        _ target: UserTarget,
        by principal: Principal
    ) async throws(MusterError) -> User {
        let access = access
        let change = try await access.change(of: target, by: principal, as: .closing) {
            caller,
            user,
            transaction throws(MusterError) in
            try caller.requirePower(over: user)
            guard try transaction.hasAPIKey(user.id) else {
                return AccountChange(of: user, by: caller, [])
            }
            let hasPassword = try transaction.password(of: user.id) != nil
            if !hasPassword || user.lastingRefusal(by: .password) != nil {
                // The keys are the only way in.
                try transaction.requireAdministrators(besides: user, become: nil)
            }
            try transaction.removeAPIKey(of: user.id)
            try transaction.appendAuditEvent(
                access.event(
                    .userUpdate,
                    by: caller,
                    on: AuditParty(user),
                    fields: [AuditField("api_keys", "revoked")]
                )
            )
            return AccountChange(of: user, by: caller, [.keysRevoked])
        }
        await notices.tell(change)
        return change.before
    }
}

extension DirectoryAccess {
    /// Gives a user a new pair, in the transaction in which it was found; answers what is told of it.
    fileprivate func replaceKeys(
        of user: User,
        with pair: APIKeyPair,
        by caller: Principal,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> AccountChange {
        try caller.requirePower(over: user)
        try transaction.replaceAPIKey(of: user.id, with: stored(pair))
        // For oneself this needs no password, and would begin the guesses at it again.
        if !caller.isOwn(user) || caller.isMachine {
            try transaction.unlockPassword(of: user)
        }
        try transaction.appendAuditEvent(
            event(
                .userUpdate,
                by: caller,
                on: AuditParty(user),
                fields: [AuditField("api_keys", "replaced")]
            )
        )
        return AccountChange(of: user, by: caller, [.keysReplaced])
    }

    /// What is kept of a pair.
    func stored(_ pair: APIKeyPair) -> StoredAPIKey {
        StoredAPIKey(
            accessKey: pair.accessKey,
            secretDigest: digester.digest(of: pair.secretKey),
            createdAt: clock.now()
        )
    }
}
