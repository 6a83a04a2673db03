extension UserService {
    /// Changes a user.
    ///
    /// An administrator names anybody; oneself may change name and e-mail address. What is not changed comes
    /// from the store at that moment, never from what the caller remembers. A new password ends the user's
    /// sessions, but for the caller's own.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `user.already_exists`, `access.own_account`, `access.last_administrator`,
    ///   `access.escalation`, `password.policy`, `revision.changed`, `server.overloaded`,
    ///   `store.unavailable`, or what `input` throws.
    public func edit(
        _ subject: Subject,
        by principal: Principal,
        _ input: () throws(MusterError) -> UserChanges
    ) async throws(MusterError) -> User {
        try principal.requireSettledPassword()
        let target = try directory.resolve(subject, for: principal)
        let changes = try input()
        var hash: PasswordHash?
        if let password = changes.password {
            try principal.requirePower(over: target)
            hash = try await NewPassword(directory).hash(password, for: target.applying(changes))
        }
        let edit = UserEdit(
            directory: directory,
            principal: principal,
            changes: changes,
            hash: hash
        )
        let user = try await directory.change(by: principal) { transaction throws(MusterError) in
            try edit.make(on: target.id, in: transaction)
        }
        return directory.activity.updated(user)
    }
}

/// One change of a user, with the rules that hold at the moment when it is made.
private struct UserEdit: Sendable {
    let directory: Directory
    let principal: Principal
    let changes: UserChanges
    let hash: PasswordHash?

    func make(
        on id: UserID,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) -> User {
        let before = try transaction.existing(.id(id))
        let after = before.applying(changes)
        guard after != before || hash != nil else { return before }
        try check(before, after, in: transaction)
        let now = directory.clock.now()
        var fields = after.auditFields(changedFrom: before)
        try transaction.updateUser(after, at: now)
        if let hash {
            try principal.requirePower(over: before)
            try transaction.setPassword(hash, isTemporary: false, of: after, by: principal, at: now)
            fields.append(AuditField("password", "changed"))
        }
        if !after.isEnabled {
            try transaction.endSessions(of: id, except: nil, because: .disabled, at: now)
        }
        try transaction.appendAuditEvent(
            directory.event(.userUpdate, by: principal, on: AuditParty(after), fields: fields)
        )
        return try transaction.existing(.id(id))
    }

    private func check(
        _ before: User,
        _ after: User,
        in transaction: any DirectoryTransaction
    ) throws(MusterError) {
        let isOwn = before.id == principal.user.id || before.id == principal.impersonator?.id
        if after.isEnabled != before.isEnabled, isOwn {
            throw MusterError(.ownAccount, "You cannot enable or disable your own account.")
        }
        try principal.requireRank(over: before)
        if after.role != before.role { try principal.requireRank(toGive: after.role) }
        try principal.requireHolding(after.masks, beyond: before.masks)
        if !after.isEnabled || after.role != .administrator {
            try transaction.requireAnotherAdministrator(than: before)
        }
        if before.isEnabled, before.masks.canWrite(.users), !after.masks.canWrite(.users) {
            try transaction.requireAnotherUserAdministrator(than: before)
        }
    }
}
