extension DirectoryReader {
    /// Refuses a change after which nobody could administer any more.
    ///
    /// It is asked wherever a user may stop being able to sign in or to administer. Only those count who could
    /// come in now and for ever: enabled, without an expiry, with a key or password, and permitted to use it.
    ///
    /// - Parameters:
    ///   - before: The user as it is.
    ///   - after: The user as it becomes; nil if it is deleted.
    /// - Throws: ``MusterError`` with code `access.last_administrator` or `store.unavailable`.
    func requireAdministrators(besides before: User, become after: User?) throws(MusterError) {
        let isAdministrator = before.role == .administrator
        let isWriter = before.masks.canWrite(.users)
        guard isAdministrator || isWriter, try canSignIn(before) else { return }
        let stays =
            try after.map { after throws(MusterError) in
                // Keys that this change lays to rest, or leaves alone to rest, are no way in that stays.
                try canSignIn(
                    after,
                    byKey: after.inactivityTimeout == .zero || after.isResting(as: before)
                )
            } ?? false
        let expires = after.map { $0.expiresAt != nil && $0.expiresAt != before.expiresAt } ?? false
        let remark =
            expires
            ? ", and an account that expires does not count as one that stays" : ""
        if isAdministrator, !stays || after?.role != .administrator,
            try !hasAdministrator(otherThan: before.id)
        {
            throw MusterError(
                .lastAdministrator,
                "\(before.username.text) is the last enabled administrator\(remark). Name another one first."
            )
        }
        // The bit goes with the role where the role is what is taken.
        let isDemoted = after.map { before.isDemoted(to: $0.role) } ?? false
        let isTaken = stays && !isDemoted && after?.masks.canWrite(.users) != true
        guard isWriter, !stays || isTaken, try !hasUserWriter(otherThan: before.id) else { return }
        // Whoever has the role Administrator could give the bit to another one.
        let isLost = isTaken ? true : try !hasAdministrator(otherThan: before.id)
        if isLost {
            throw MusterError(
                .lastAdministrator,
                "\(before.username.text) is the last user with Write on Users\(remark). Give it to another one first."
            )
        }
    }

    /// Whether a user has a way in that is open to it for ever, from wherever its hosts allow.
    private func canSignIn(_ user: User, byKey: Bool = true) throws(MusterError) -> Bool {
        if byKey, user.lastingRefusal(by: .apiKey) == nil, try hasAPIKey(user.id) { return true }
        guard user.lastingRefusal(by: .password) == nil else { return false }
        return try password(of: user.id) != nil
    }
}

extension User {
    /// Whether keys rest as soon as before, and no other way in was closed.
    fileprivate func isResting(as before: User) -> Bool {
        inactivityTimeout == before.inactivityTimeout
            && (authorizations.password || !before.authorizations.password)
    }
}
