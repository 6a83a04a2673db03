/// Makes API keys, and takes them away.
public struct APIKeyService: Sendable {
    private let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// Gives a user a new pair.
    ///
    /// The former one is dead at once, and signing in with the password is unlocked.
    ///
    /// - Returns: The pair, for the only time.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func rotate(
        _ subject: UserTarget,
        by principal: Principal
    ) async throws(MusterError) -> APIKeyPair {
        try principal.requireSettledAccount()
        let target = try await directory.resolve(subject, for: principal)
        let directory = directory
        let right: Principal.Right =
            target.id == principal.user.id ? .settledAccount : .administrator
        let pair = APIKeyPair(from: directory.random)
        let change = try await directory.change(by: principal, needing: right) {
            caller,
            transaction throws(MusterError) in
            let user = try transaction.existing(.id(target.id))
            try caller.requirePower(over: user)
            try transaction.replaceAPIKey(of: user.id, with: directory.stored(pair))
            // For oneself this needs no password, and would begin the guesses at it again.
            if !caller.isOwn(user) || caller.isMachine {
                try transaction.unlockPassword(of: user)
            }
            try transaction.appendAuditEvent(
                directory.event(
                    .userUpdate,
                    by: caller,
                    on: AuditParty(user),
                    fields: [AuditField("api_keys", "replaced")]
                )
            )
            return AccountChange(of: user, by: caller, [.keysReplaced])
        }
        await directory.tell(change)
        return pair
    }

    /// Takes a user's pair away; nothing happens if there is none.
    ///
    /// - Returns: The user.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.escalation`,
    ///   `access.last_administrator`, `password.change_required`, `user.not_found` or `store.unavailable`.
    public func revoke(
        _ subject: UserTarget,
        by principal: Principal
    ) async throws(MusterError) -> User {
        try principal.requireSettledAccount()
        let target = try await directory.resolve(subject, for: principal)
        let directory = directory
        let right: Principal.Right =
            target.id == principal.user.id ? .settledAccount : .administrator
        return try await directory.change(by: principal, needing: right) {
            caller,
            transaction throws(MusterError) in
            let user = try transaction.existing(.id(target.id))
            try caller.requirePower(over: user)
            guard try transaction.hasAPIKey(user.id) else { return user }
            let hasPassword = try transaction.password(of: user.id) != nil
            if !hasPassword || user.lastingRefusal(by: .password) != nil {
                // The keys are the only way in.
                try transaction.requireAdministrators(besides: user, become: nil)
            }
            try transaction.removeAPIKey(of: user.id)
            try transaction.appendAuditEvent(
                directory.event(
                    .userUpdate,
                    by: caller,
                    on: AuditParty(user),
                    fields: [AuditField("api_keys", "revoked")]
                )
            )
            return user
        }
    }
}

extension Directory {
    /// What is kept of a pair.
    func stored(_ pair: APIKeyPair) -> StoredAPIKey {
        StoredAPIKey(
            accessKey: pair.accessKey,
            secretDigest: digester.digest(of: pair.secretKey),
            createdAt: clock.now()
        )
    }
}
