public import FoundationEssentials

extension UserService {
    /// Deletes a user with all that belongs to it.
    ///
    /// The number is never given again.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `user.undeletable`, `user.successor_refused`, `access.own_account`, `access.last_administrator`,
    ///   `store.unavailable`, or what `successor` throws.
    public func delete(
        _ reference: UserReference,
        by principal: Principal,
        _ successor: () throws(MusterError) -> UUID?
    ) async throws(MusterError) {
        try await delete(reference, by: principal, judging: nil, successor)
    }

    /// Deletes a user as ``delete(_:by:_:)``, where `judge` agrees to what it is at that moment.
    ///
    /// - Throws: ``MusterError`` as there, or what `judge` throws.
    func delete(
        _ reference: UserReference,
        by principal: Principal,
        judging judge: (@Sendable (PersonalAccount) throws(MusterError) -> Void)?,
        withKeys readsKeys: Bool = false,
        _ successor: () throws(MusterError) -> UUID?
    ) async throws(MusterError) {
        let access = access
        try await access.change(of: .user(reference), by: principal, successor) {
            caller,
            user,
            successor,
            transaction throws(MusterError) in
            if let judge {
                try judge(try transaction.personalAccount(of: user, withKeys: readsKeys))
            }
            // The machine stands in for the owner, whose account is not its own.
            guard caller.isMachine || !caller.isOwn(user) else {
                throw MusterError(.ownAccount, "You cannot delete your own account.")
            }
            guard user.id != access.identity.owner else {
                throw MusterError(
                    .userUndeletable,
                    "The administrator made with the directory cannot be deleted. Disable it instead."
                )
            }
            try transaction.requireAdministrators(besides: user, become: nil)
            var fields: [AuditField] = []
            if let successor {
                let heir = try transaction.user(.uuid(successor))
                guard let heir, heir.id != user.id, !heir.isShutOut(at: access.clock.now())
                else {
                    throw MusterError(
                        .successorRefused,
                        "The successor must be another user who exists and is enabled."
                    )
                }
                fields.append(AuditField("successor_user_uuid", heir.uuid.text))
            }
            try caller.requireRank(over: user)
            try caller.requirePower(over: user)
            try transaction.endSessions(
                of: user.id,
                except: nil,
                because: .userRemoved,
                at: access.clock.now()
            )
            try transaction.touchGroups(of: user, at: access.clock.now())
            try transaction.deleteUser(user.id)
            try transaction.appendAuditEvent(
                access.event(.userDelete, by: caller, on: AuditParty(user), fields: fields)
            )
        }
    }
}
