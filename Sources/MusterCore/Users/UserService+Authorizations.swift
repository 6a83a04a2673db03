extension UserService {
    /// Sets which sign-in methods a user may use.
    ///
    /// Closing the password's ends the user's sessions.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `access.own_account`, `store.unavailable`, or what `input` throws.
    public func setAuthorizations(
        of reference: UserReference,
        by principal: Principal,
        _ input: () throws(MusterError) -> UserChanges
    ) async throws(MusterError) {
        let access = access
        let outcome = try await access.change(of: .user(reference), by: principal, input) {
            caller,
            target,
            changes,
            transaction throws(MusterError) in
            try caller.requireOther(than: target)
            let edit = UserEdit(
                access: access,
                principal: caller,
                changes: changes,
                hash: nil
            )
            return try edit.make(on: target, in: transaction)
        }
        await notices.tell(outcome.change)
    }
}

extension Principal {
    /// Refuses to permit or forbid the caller's own sign-in methods.
    ///
    /// - Throws: ``MusterError`` with code `access.own_account`.
    func requireOther(than target: User) throws(MusterError) {
        // A sign-in method that the directory's owner lacks is permitted again on the data folder.
        guard isMachine || !isOwn(target) else {
            throw MusterError(
                .ownAccount,
                "You cannot update authorizations for the current user."
            )
        }
    }
}
