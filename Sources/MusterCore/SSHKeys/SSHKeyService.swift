import FoundationEssentials

/// Keeps users' public keys.
public struct SSHKeyService: Sendable {
    let access: DirectoryAccess
    let confirmation: OwnConfirmation
    let notices: AccountNotices
    private let policy: SSHKeyPolicy

    init(
        _ access: DirectoryAccess,
        curves: any CurveChecker,
        passwords: PasswordChecks,
        notices: AccountNotices
    ) {
        self.access = access
        confirmation = OwnConfirmation(access, passwords: passwords)
        self.notices = notices
        policy = access.rules.sshKeys(curves)
    }

    /// A user's keys.
    ///
    /// Everybody may see its own; others' need the right to read users.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func list(
        of reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) -> (user: User, keys: [StoredSSHKey]) {
        try await access.look(by: principal) { caller, reader throws(MusterError) in
            try list(of: reference, by: caller, in: reader)
        }
    }

    /// A user's keys, as ``list(of:by:)``, in the snapshot of a reader.
    ///
    /// - Throws: as ``list(of:by:)``.
    public func list(
        of reference: UserReference,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> (user: User, keys: [StoredSSHKey]) {
        let user = try reader.resolveReadable(reference, for: principal)
        return (user, try reader.sshKeys(of: user.id))
    }

    /// What a line would add, with its fingerprint, to be looked at before it is kept.
    ///
    /// - Throws: ``MusterError`` with code `ssh_key.invalid`.
    public func look(at line: String) throws(MusterError) -> StoredSSHKey {
        access.stored(try SSHPublicKey(line, policy: policy))
    }

    /// Gives a user a key.
    ///
    /// A key that the user has already is no fault, so that provisioning can be repeated. A key opens more than a session does,
    /// and for longer: who gives itself one in a session has proved lately who it is, or gives its password.
    ///
    /// - Parameters:
    ///   - reference: The user.
    ///   - principal: Who calls.
    ///   - isFreeWithoutFactor: Whether whoever has no second factor need not prove itself again.
    ///   - asked: Reads the key, as a file whose name ends in .pub has it, and the caller's password, if it was given.
    /// - Returns: The key as it is kept, and whether it is new.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `ssh_key.invalid`, `ssh_key.too_many`, `access.escalation`, `access.impersonation_refused`,
    ///   `factor.confirmation_required`, `password.current_invalid`, `store.unavailable`, or what `asked` throws.
    public func add(
        to reference: UserReference,
        by principal: Principal,
        isFreeWithoutFactor: Bool = false,
        _ asked: () throws(MusterError) -> (line: String, password: Secret<String>?)
    ) async throws(MusterError) -> (user: User, key: StoredSSHKey, isNew: Bool) {
        let access = access
        let (added, change) = try await confirmation.change(
            of: .user(reference),
            by: principal,
            password: \.password,
            isFreeWithoutFactor: isFreeWithoutFactor
        ) { () throws(MusterError) -> NewKey in
            let (line, password) = try asked()
            return NewKey(
                key: access.stored(try SSHPublicKey(line, policy: policy)),
                password: password
            )
        } _: { caller, user, new, transaction throws(MusterError) in
            let fresh = new.key
            try caller.requirePower(over: user)
            let keys = try transaction.sshKeys(of: user.id)
            if let known = keys.first(where: { $0.fingerprint == fresh.fingerprint }) {
                return ((user, known, false), AccountChange(of: user, by: caller, []))
            }
            guard keys.count < SSHKeyPolicy.maximumKeysPerUser else {
                throw SSHKeyPolicy.tooMany
            }
            _ = try transaction.addSSHKey(fresh, to: user.id)
            let changed = try transaction.rewrite(user, at: access.clock.now())
            let field = AuditField("ssh_key.added", fresh.fingerprint)
            try transaction.appendAuditEvent(
                access.event(.userUpdate, by: caller, on: AuditParty(user), fields: [field])
            )
            let news = AccountNews.sshKeysAdded([fresh.fingerprint])
            return ((changed, fresh, true), AccountChange(of: user, by: caller, [news]))
        }
        await notices.tell(change)
        return added
    }

    /// A key that was asked for, and the password that came with it.
    private struct NewKey: Sendable {
        let key: StoredSSHKey
        let password: Secret<String>?
    }

    /// Takes a key from a user.
    ///
    /// The key need not pass today's policy: what was added can be removed.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `ssh_key.invalid`, `ssh_key.not_found`, `store.unavailable`, or what `line`
    ///   throws.
    public func remove(
        from reference: UserReference,
        by principal: Principal,
        _ line: () throws(MusterError) -> String
    ) async throws(MusterError) {
        try await remove(
            fingerprint: { () throws(MusterError) in
                access.fingerprint(of: try SSHPublicKey(unchecked: try line()))
            },
            from: reference,
            by: principal
        )
    }

    /// Takes the key of a fingerprint from a user.
    ///
    /// - Parameters:
    ///   - fingerprint: `SHA256:` and base64, as lists show it; reads it once the caller's right was asked.
    ///   - reference: The user.
    ///   - principal: Who calls.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `ssh_key.not_found`, `store.unavailable`, or what `fingerprint` throws.
    public func remove(
        fingerprint: () throws(MusterError) -> String,
        from reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        let change = try await access.change(
            of: .user(reference),
            by: principal,
            as: .closing,
            fingerprint
        ) {
            caller,
            user,
            fingerprint,
            transaction throws(MusterError) in
            try caller.requirePower(over: user)
            guard try transaction.removeSSHKey(fingerprint: fingerprint, from: user.id) else {
                throw MusterError(.sshKeyNotFound, "no such key")
            }
            try transaction.rewrite(user, at: access.clock.now())
            let field = AuditField("ssh_key.removed", fingerprint)
            try transaction.appendAuditEvent(
                access.event(.userUpdate, by: caller, on: AuditParty(user), fields: [field])
            )
            return AccountChange(of: user, by: caller, [.sshKeysRemoved([fingerprint])])
        }
        await notices.tell(change)
    }
}

extension DirectoryAccess {
    /// The fingerprint of a key, as `ssh-keygen -l` shows it.
    func fingerprint(of key: SSHPublicKey) -> String {
        let base64 = Data(digester.digest(key.blob).bytes).base64EncodedString()
        return "SHA256:" + base64.filter { $0 != "=" }
    }

    /// A key as it is kept from now on.
    func stored(_ key: SSHPublicKey) -> StoredSSHKey {
        StoredSSHKey(key: key, fingerprint: fingerprint(of: key), addedAt: clock.now())
    }
}
