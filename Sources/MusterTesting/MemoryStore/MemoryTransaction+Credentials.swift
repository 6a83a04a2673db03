import MusterCore

extension MemoryTransaction {
    func password(of user: UserID) throws(MusterError) -> StoredPassword? {
        state.passwords[user]
    }

    func passwordHolder(_ user: UserID) throws(MusterError) -> PasswordHolder? {
        guard let owner = state.users[user], let password = state.passwords[user] else {
            return nil
        }
        return PasswordHolder(
            owner: withGroups(owner),
            isTemporary: password.isTemporary,
            changedAt: password.changedAt,
            hasFactor: try hasFactor(user)
        )
    }

    func formerPasswords(of user: UserID) throws(MusterError) -> [PasswordHash] {
        state.formerPasswords[user] ?? []
    }

    func passwordHashes(
        after user: UserID?,
        limit: Int
    ) throws(MusterError) -> [(user: UserID, hash: PasswordHash)] {
        let rest = state.passwords.filter { $0.key.rawValue > user?.rawValue ?? .min }
        return rest.sorted { $0.key.rawValue < $1.key.rawValue }.prefix(limit).map {
            ($0.key, $0.value.hash)
        }
    }

    func replacePassword(of user: UserID, with password: StoredPassword) throws(MusterError) {
        try requireUser(user)
        if let former = state.passwords[user]?.hash {
            let hashes = [former] + state.formerPasswords[user, default: []]
            state.formerPasswords[user] = Array(hashes.prefix(PasswordPolicy.historyLength))
        }
        state.passwords[user] = password
    }

    func stampPassword(of user: UserID, at moment: Timestamp) throws(MusterError) {
        state.passwords[user]?.changedAt = moment
    }

    func rehashPassword(
        of user: UserID,
        from former: PasswordHash,
        to hash: PasswordHash
    ) throws(MusterError) {
        guard state.passwords[user]?.hash == former else { return }
        state.passwords[user]?.hash = hash
    }

    func apiKey(_ accessKey: String) throws(MusterError) -> (owner: User, key: StoredAPIKey)? {
        let found = state.apiKeys.first { Array($0.value.accessKey.utf8) == Array(accessKey.utf8) }
        guard let found, let owner = state.users[found.key] else { return nil }
        return (owner: withGroups(owner), key: found.value)
    }

    func hasAPIKey(_ user: UserID) throws(MusterError) -> Bool {
        state.apiKeys[user] != nil
    }

    func replaceAPIKey(of user: UserID, with key: StoredAPIKey) throws(MusterError) {
        try requireUser(user)
        state.apiKeys[user] = key
    }

    func removeAPIKey(of user: UserID) throws(MusterError) {
        state.apiKeys[user] = nil
    }

    func noteKeyUse(_ uses: [UserID: Timestamp]) throws(MusterError) {
        for (id, at) in uses {
            guard let user = state.users[id] else { continue }
            let known = user.lastKeyUse.flatMap { $0.isFuture(at: at) ? nil : $0 }
            state.users[id]?.lastKeyUse = max(known ?? at, at)
        }
    }

    func verificationCode(of user: UserID) throws(MusterError) -> VerificationCode? {
        state.codes[user]
    }

    func replaceVerificationCode(
        of user: UserID,
        with code: VerificationCode
    ) throws(MusterError) {
        try requireUser(user)
        state.codes[user] = code
    }

    func deleteVerificationCode(of user: UserID) throws(MusterError) {
        state.codes[user] = nil
    }

    /// Refuses what would belong to nobody.
    func requireUser(_ id: UserID) throws(MusterError) {
        guard state.users[id] != nil else {
            throw MusterError(.storeUnavailable, "There is no user \(id.rawValue) to own this.")
        }
    }
}
