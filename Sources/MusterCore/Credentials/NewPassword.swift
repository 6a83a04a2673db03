/// A password that somebody is to have from now on.
struct NewPassword {
    private let access: DirectoryAccess
    private let hasher: any PasswordHasher
    private let lane: HashingLane
    private let principal: Principal?

    /// Works on a directory, for whoever sets the password; nil if it was admitted again already.
    init(
        _ access: DirectoryAccess,
        _ hasher: any PasswordHasher,
        in lane: HashingLane,
        by principal: Principal?
    ) {
        self.access = access
        self.hasher = hasher
        self.lane = lane
        self.principal = principal
    }

    /// Asks the policy, and hashes.
    ///
    /// - Parameters:
    ///   - password: The password.
    ///   - username: Under which name the user has it.
    ///   - hasToHaveFactor: Whether the user must have a second factor.
    ///   - user: Whose former passwords are not taken again; nil for a user who has none.
    /// - Returns: The hash.
    /// - Throws: ``MusterError`` with code `password.policy`, `server.overloaded` or `store.unavailable`.
    func hash(
        _ password: Secret<String>,
        for username: Username,
        besideFactor hasToHaveFactor: Bool,
        formerOf user: UserID? = nil
    ) async throws(MusterError) -> PasswordHash {
        // The bytes first: what is longer is not even brought into its form.
        try access.rules.passwords.checkSize(password)
        let prepared = try await hasher.prepared(password, in: lane)
        try access.rules.passwords.check(
            prepared,
            for: username,
            besideFactor: hasToHaveFactor
        )
        if let user { try await refuseFormerPasswords(password, of: user) }
        return try await hasher.hash(password, in: lane)
    }

    private func refuseFormerPasswords(
        _ password: Secret<String>,
        of user: UserID
    ) async throws(MusterError) {
        guard access.rules.passwords.refusesFormerPasswords else { return }
        let (access, principal) = (access, principal)
        let hashes = try await access.store.read(.bounded) { reader throws(MusterError) in
            // Whoever has lost its right meanwhile is not told what a password is or was.
            if let principal {
                let caller = try access.readmit(principal, in: reader)
                if !caller.isOwn(try reader.existing(.id(user))) {
                    try caller.requireAdministrator()
                }
            }
            let current = try reader.password(of: user)?.hash
            return [current].compactMap(\.self) + (try reader.formerPasswords(of: user))
        }
        for hash in hashes {
            let check = try await hasher.check(password, against: hash, in: lane)
            guard check == .wrong else {
                throw PasswordPolicy.refusal(["not be the current or a former password"])
            }
        }
    }
}

extension PasswordPolicy {
    /// Refuses a password that breaks the policy in the form in which it is hashed.
    ///
    /// It brings the password into that form on the calling thread, which must be none that serves requests.
    ///
    /// - Throws: ``MusterError`` with code `password.policy`.
    func requireGood(
        _ password: Secret<String>,
        for username: Username,
        besideFactor hasToHaveFactor: Bool,
        _ hasher: any PasswordHasher
    ) throws(MusterError) {
        try checkSize(password)
        try check(hasher.prepared(password), for: username, besideFactor: hasToHaveFactor)
    }
}

extension DirectoryTransaction {
    /// Gives a user a password, unlocks it and ends what the former one has opened and begun, but for the session that the
    /// user itself is calling from.
    func setPassword(
        _ hash: PasswordHash,
        isTemporary: Bool,
        of user: User,
        by principal: Principal,
        at now: Timestamp,
        _ access: DirectoryAccess
    ) throws(MusterError) {
        try replacePassword(
            of: user.id,
            with: StoredPassword(hash: hash, isTemporary: isTemporary, changedAt: now)
        )
        try unlockPassword(of: user)
        try endEnrolments(of: user.id)
        try forgetFamiliarPlaces(of: user.id, by: principal, access)
        let survivor = user.id == principal.user.id ? principal.sessionDigest : nil
        try endSessions(of: user.id, except: survivor, because: .passwordChanged, at: now)
    }
}
