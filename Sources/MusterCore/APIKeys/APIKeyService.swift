/// Makes API keys, and takes them away.
public struct APIKeyService: Sendable {
    private let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// Gives a user a new pair.
    ///
    /// The former one is dead at once, and signing in with the password is unlocked. Keys need no second factor, so whoever
    /// has one shows, in a session that is not new, that it is itself before it makes keys of its own.
    ///
    /// - Parameters:
    ///   - subject: Who gets the pair.
    ///   - principal: The caller.
    ///   - input: Gives the caller's own password, if it was sent.
    /// - Returns: The pair, for the only time.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`, or as ``OwnConfirmation``; or what `input` throws.
    public func rotate(
        _ subject: UserTarget,
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>? = { nil }
    ) async throws(MusterError) -> APIKeyPair {
        try principal.requireSettledAccount()
        let target = try await directory.resolve(subject, for: principal)
        let password = try input()
        let directory = directory
        let right: Principal.Right =
            target.id == principal.user.id ? .settledAccount : .administrator
        let pair = APIKeyPair(from: directory.random)
        let body:
            @Sendable (Principal, any DirectoryTransaction) throws(MusterError) ->
                AccountChange = { caller, transaction throws(MusterError) in
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
        // Who has the keys has what it asks for already; who has a session may have stolen it.
        let isByOwnSession =
            target.id == principal.user.id && principal.impersonator == nil
            && principal.sessionDigest != nil
        let change =
            isByOwnSession
            ? try await OwnConfirmation(directory).change(
                by: principal,
                password,
                needing: right,
                isFreeWithoutFactor: true,
                body
            ) : try await directory.change(by: principal, needing: right, body)
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
