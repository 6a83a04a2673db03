extension SSHKeyService {
    /// Gives the caller itself a key, if it has proved lately who it is: a key opens more than a session does, and
    /// for longer.
    ///
    /// A key that the caller has already is no fault.
    ///
    /// - Parameters:
    ///   - line: The key, as a file whose name ends in .pub has it.
    ///   - principal: Who calls.
    ///   - password: The caller's password, if it was given.
    /// - Returns: The key as it is kept, and whether it is new.
    /// - Throws: ``MusterError`` with code `ssh_key.invalid`, `ssh_key.too_many`, `password.change_required`,
    ///   `access.impersonation_refused`, `factor.confirmation_required`, `password.current_invalid` or
    ///   `store.unavailable`.
    public func addOwn(
        _ line: String,
        by principal: Principal,
        password: Secret<String>?
    ) async throws(MusterError) -> (key: StoredSSHKey, isNew: Bool) {
        let fresh = try look(at: line)
        let access = access
        let (added, change) = try await confirmation.change(
            by: principal,
            password,
            needing: .settledAccount
        ) { caller, transaction throws(MusterError) in
            let keys = try transaction.sshKeys(of: caller.user.id)
            if let known = keys.first(where: { $0.fingerprint == fresh.fingerprint }) {
                return ((known, false), AccountChange(of: caller.user, by: caller, []))
            }
            guard keys.count < SSHKeyPolicy.maximumKeysPerUser else { throw SSHKeyPolicy.tooMany }
            _ = try transaction.addSSHKey(fresh, to: caller.user.id)
            try transaction.rewrite(caller.user, at: access.clock.now())
            let field = AuditField("ssh_key.added", fresh.fingerprint)
            try transaction.appendAuditEvent(
                access.event(.userUpdate, by: caller, on: AuditParty(caller.user), fields: [field])
            )
            let news = AccountNews.sshKeysAdded([fresh.fingerprint])
            return ((fresh, true), AccountChange(of: caller.user, by: caller, [news]))
        }
        await notices.tell(change)
        return added
    }

    /// Takes a key from the caller itself, which needs no proof: whoever has lost a key is not to be held up.
    ///
    /// - Parameters:
    ///   - fingerprint: `SHA256:` and base64, as lists show it.
    ///   - principal: Who calls.
    /// - Throws: ``MusterError`` with code `ssh_key.not_found`, `password.change_required` or `store.unavailable`.
    public func removeOwn(
        fingerprint: String,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        let change = try await access.change(
            by: principal,
            needing: .settledAccount,
            as: .closing
        ) {
            caller,
            transaction throws(MusterError) in
            let owner = caller.user
            guard try transaction.removeSSHKey(fingerprint: fingerprint, from: owner.id) else {
                throw MusterError(.sshKeyNotFound, "no such key")
            }
            try transaction.rewrite(owner, at: access.clock.now())
            let field = AuditField("ssh_key.removed", fingerprint)
            try transaction.appendAuditEvent(
                access.event(.userUpdate, by: caller, on: AuditParty(owner), fields: [field])
            )
            return AccountChange(of: owner, by: caller, [.sshKeysRemoved([fingerprint])])
        }
        await notices.tell(change)
    }
}
