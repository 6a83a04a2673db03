/// A password that somebody is to have from now on.
struct NewPassword {
    private let directory: Directory

    init(_ directory: Directory) {
        self.directory = directory
    }

    /// Asks the policy, and hashes.
    ///
    /// - Throws: ``MusterError`` with code `password.policy`, `server.overloaded` or `store.unavailable`.
    func hash(
        _ password: Secret<String>,
        for user: User
    ) async throws(MusterError) -> PasswordHash {
        try directory.requireGood(password, for: user.username)
        try await refuseFormerPasswords(password, of: user)
        return try await directory.hasher.hash(password, in: .bulk)
    }

    private func refuseFormerPasswords(
        _ password: Secret<String>,
        of user: User
    ) async throws(MusterError) {
        guard directory.rules.passwords.refusesFormerPasswords else { return }
        let hashes = try directory.store.read { reader throws(MusterError) in
            let current = try reader.password(of: user.id)?.hash
            return [current].compactMap(\.self) + (try reader.formerPasswords(of: user.id))
        }
        for hash in hashes {
            guard try await directory.hasher.check(password, against: hash, in: .bulk) == .wrong
            else {
                throw PasswordPolicy.refusal(["not be the current or a former password"])
            }
        }
    }
}

extension Directory {
    /// Refuses a password that breaks the policy in the form in which it is hashed.
    ///
    /// - Throws: ``MusterError`` with code `password.policy`.
    func requireGood(_ password: Secret<String>, for username: Username) throws(MusterError) {
        try rules.passwords.check(hasher.prepared(password), for: username)
    }
}

extension DirectoryTransaction {
    /// Gives a user a password, unlocks its door and ends its sessions, but for the one that the user itself
    /// is calling from.
    func setPassword(
        _ hash: PasswordHash,
        isTemporary: Bool,
        of user: User,
        by principal: Principal,
        at now: Timestamp
    ) throws(MusterError) {
        try replacePassword(
            of: user.id,
            with: StoredPassword(hash: hash, isTemporary: isTemporary, changedAt: now)
        )
        try unlockPassword(of: user)
        let survivor = user.id == principal.user.id ? principal.sessionDigest : nil
        try endSessions(of: user.id, except: survivor, because: .passwordChanged, at: now)
    }
}
