extension DirectoryTransaction {
    /// Forgets from where a user has signed in, but for the place that the user itself is calling from.
    ///
    /// Somebody else may have been there: who is known from a place is held back by nobody's failures, and has tries of a
    /// second factor that strangers do not have. Whoever comes from another place is known there again by its next login.
    /// What has failed there since stays.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func forgetFamiliarPlaces(
        of user: UserID,
        by caller: Principal,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        let isOwn = caller.user.id == user && caller.impersonator == nil && !caller.isMachine
        let here = isOwn ? LoginSource(of: caller.origin.peer, access.rules.networks) : nil
        for (source, record) in try loginSources(of: user)
        where record.isFamiliar && source != here {
            var left = record
            left.lastSuccess = nil
            if left.lastFailure == nil {
                try forgetLoginSource(source, of: user)
            } else {
                try replaceLoginSource(source, of: user, with: left)
            }
        }
    }
}
