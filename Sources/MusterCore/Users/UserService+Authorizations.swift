extension UserService {
    /// Sets which doors are open to a user.
    ///
    /// Closing the password's ends the user's sessions.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `access.own_account`, `store.unavailable`, or what `input` throws.
    public func setAuthorizations(
        of reference: UserReference,
        by principal: Principal,
        _ input: () throws(MusterError) -> Authorizations
    ) async throws(MusterError) {
        let target = try directory.resolve(.user(reference), for: principal)
        let authorizations = try input()
        guard target.id != principal.user.id, target.id != principal.impersonator?.id else {
            throw MusterError(
                .ownAccount,
                "You cannot update authorizations for the current user."
            )
        }
        let directory = directory
        try await directory.change(by: principal) { transaction throws(MusterError) in
            var user = try transaction.existing(.id(target.id))
            guard user.authorizations != authorizations else { return }
            user.authorizations = authorizations
            try transaction.updateUser(user, at: directory.clock.now())
            if !authorizations.password {
                try transaction.endSessions(
                    of: user.id,
                    except: nil,
                    because: .disabled,
                    at: directory.clock.now()
                )
            }
            let fields = [
                AuditField("api_permitted", "\(authorizations.api)"),
                AuditField("password_permitted", "\(authorizations.password)"),
                AuditField("saml_permitted", "\(authorizations.saml)"),
            ]
            try transaction.appendAuditEvent(
                directory.event(.userUpdate, by: principal, on: AuditParty(user), fields: fields)
            )
        }
    }
}
