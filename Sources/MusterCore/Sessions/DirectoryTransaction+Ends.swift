extension DirectoryTransaction {
    /// Ends all that a user's password has opened: its sessions, logins that wait for a code, and connections of LDAP.
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
        guard let password = try password(of: user) else { return }
        // Later than before in any case: two changes may share a millisecond, and a clock may have been ahead.
        let moment = max(now, password.changedAt.advanced(by: .milliseconds(1)))
        try stampPassword(of: user, at: moment)
    }
}
