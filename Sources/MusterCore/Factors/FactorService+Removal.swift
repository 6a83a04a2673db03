extension FactorService {
    /// Removes one's own factor, or an app that waits to be confirmed.
    ///
    /// With the last second factor of any kind the recovery codes go, too.
    ///
    /// - Throws: ``MusterError`` as ``OwnConfirmation``; with code `factor.not_found`, `factor.last` or
    ///   `store.unavailable`, or what `input` throws.
    public func remove(
        _ id: FactorID?,
        by principal: Principal,
        _ input: () throws(MusterError) -> Secret<String>?
    ) async throws(MusterError) {
        try principal.requireSettledPassword()
        let password = try input()
        let access = access
        let confirmation = OwnConfirmation(access, passwords: passwords)
        let change = try await confirmation.change(by: principal, password) {
            caller,
            transaction throws(MusterError) in
            let user = try transaction.existing(caller.user)
            let factor = try transaction.factor(id, of: user)
            try transaction.deleteFactor(factor.id)
            // What was never confirmed was never added, either: nobody was told of it, and no record says so.
            guard factor.isConfirmed else { return AccountChange(of: user, by: caller, []) }
            guard try transaction.settleLastFactor(of: user) || !user.mustHaveFactor else {
                throw .lastFactor
            }
            try transaction.record("removed", factor, by: caller, access)
            return AccountChange(of: user, by: caller, [.removed(factor)])
        }
        await notices.tell(change)
    }

    /// Takes all factors from a user, whose sessions end and who has to set up a new one before anything else.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.escalation`, `access.own_account`,
    ///   `password.change_required`, `user.not_found` or `store.unavailable`.
    public func reset(
        _ reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) {
        let access = access
        let change = try await access.change(of: .user(reference), by: principal) {
            caller,
            user,
            transaction throws(MusterError) in
            // Who has stolen a session of an administrator's would be rid of its factor with one call.
            guard caller.isMachine || !caller.isOwn(user) else {
                throw MusterError(
                    .ownAccount,
                    "Another administrator resets your factors. Remove yours with DELETE /muster/v1/factors/{id}."
                )
            }
            try caller.requireAbove(user)
            try transaction.resetFactors(of: user, by: caller, access)
            return AccountChange(of: user, by: caller, [.factorsReset])
        }
        await notices.tell(change)
    }
}
