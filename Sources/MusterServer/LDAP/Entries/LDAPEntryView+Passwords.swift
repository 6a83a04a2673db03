import MusterCore

extension LDAPEntryView {
    /// Reads when the passwords of some users were set, for those that are asked of them next.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func readPasswordTimes(of users: [User]) throws(MusterError) {
        let found = try entries.passwordTimes(of: users)
        passwordTimes = [:]
        for user in users { passwordTimes[user.id] = .some(found[user.id]) }
    }

    /// When the password of a user was set; nil if it has none.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func passwordTime(of user: User) throws(MusterError) -> Timestamp? {
        if passwordTimes[user.id] == nil { try readPasswordTimes(of: [user]) }
        return passwordTimes[user.id] ?? nil
    }
}
