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
