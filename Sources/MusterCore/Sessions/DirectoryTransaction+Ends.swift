extension DirectoryTransaction {
    /// Ends all that a user's password has opened: its sessions, logins that wait for a code, factors that wait
    /// to be confirmed, and connections of LDAP.
    ///
    /// The password stays good; only what it has opened so far does not.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func endAllOpened(
        byPasswordOf user: UserID,
        because end: SessionEnd,
        at now: Timestamp
    ) throws(MusterError) {
        try endSessions(of: user, except: nil, because: end, at: now)
        try endEnrolments(of: user)
        guard let password = try password(of: user) else { return }
        // Later than before in any case: two changes may share a millisecond, and a clock may have been ahead.
        let moment = max(now, password.changedAt.advanced(by: .milliseconds(1)))
        try stampPassword(of: user, at: moment)
    }

    /// Ends what was begun and not finished of a user's second factor: passkeys, authenticator apps and phones that wait to
    /// be confirmed.
    ///
    /// Only its beginning has asked for the password, or for a session that was new. What these have begun does not outlive
    /// them: whoever still has a key of the user's would finish it.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func endEnrolments(of user: UserID) throws(MusterError) {
        for begun in try ceremonies(of: user) where begun.purpose == .registration {
            try deleteCeremony(begun.digest)
        }
        for factor in try factors(of: user) where !factor.isConfirmed {
            try deleteFactor(factor.id)
        }
        if case .phone = try verificationCode(of: user)?.purpose {
            try deleteVerificationCode(of: user)
        }
    }
}
