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
        _ subject: UserTarget,
        by principal: Principal,
        _ input: () throws(MusterError) -> UserChanges
    ) async throws(MusterError) -> User {
        try await edit(subject, by: principal) { _ throws(MusterError) in try input() }
    }

    /// Changes a user as the other one, where what is asked for depends on who it is.
    ///
    /// - Throws: as there.
    public func edit(
        _ subject: UserTarget,
        by principal: Principal,
        _ input: (User) throws(MusterError) -> UserChanges
    ) async throws(MusterError) -> User {
        try principal.requireSettledAccount()
        let target = try await directory.resolve(subject, for: principal)
        let changes = try input(target)
        let right: Principal.Right =
            subject.isOneself ? .settledAccount : .administrator
        let own = principal.isOwn(target) ? changes.currentPassword : nil
        let user = try await CurrentPassword(directory).verifyOwn(
            own,
            of: target,
            isNeeded: changes.password != nil,
            for: changes.password == nil ? .confirmation : .replacement,
            by: principal
        ) { verified throws(MusterError) in
            var hash: PasswordHash?
            if let password = changes.password {
                try principal.requirePower(over: target)
                hash = try await NewPassword(
                    directory,
                    in: .caller(principal.user.id),
                    by: principal
                ).hash(
                    password,
                    for: changes.username ?? target.username,
                    formerOf: target.id
                )
            }
            return try await make(changes, hash, verified, of: target, by: principal, right)
        }
        return directory.activity.updated(user)
    }

    private func make(
        _ changes: UserChanges,
        _ hash: PasswordHash?,
        _ verified: VerifiedPassword?,
        of target: User,
        by principal: Principal,
        _ right: Principal.Right
    ) async throws(MusterError) -> User {
        let directory = directory
        let outcome = try await directory.change(by: principal, needing: right) {
            caller,
            transaction throws(MusterError) in
            try verified?.confirm(in: transaction)
            let edit = UserEdit(
                directory: directory,
                principal: caller,
                changes: changes,
                hash: hash,
                isConfirmed: verified != nil
            )
            return try edit.make(on: target.id, in: transaction)
        }
        await directory.tell(outcome.change)
        return outcome.user
    }
}

extension UserTarget {
    /// Whether the caller acts on itself.
    var isOneself: Bool {
        if case .oneself = self { true } else { false }
    }
}
