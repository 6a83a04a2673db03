/// One import on its way: whose it is and how it goes.
public struct UserImport: Sendable {
    let access: DirectoryAccess
    let hasher: any PasswordHasher
    let curves: any CurveChecker
    let spools: any ImportSpools
    let refusals: RefusalTally
    let notices: AccountNotices
    let principal: Principal
    /// How it goes.
    public let options: ImportOptions
    /// Its caller's share of all imports.
    let share: CallerShare

    /// Whose it is: in somebody else's name it is still the administrator who asks.
    public var caller: UserID { principal.actor.id }

    /// A place for its lines that wait until all have been looked at.
    ///
    /// - Throws: ``MusterError`` with code `server.overloaded` where there are too many, or `store.unavailable`.
    func makeSpool() throws(MusterError) -> any ImportSpool {
        try spools.makeSpool()
    }

    /// Counts what kept it from going on.
    func note(_ error: MusterError) {
        _ = refusals.count(error)
    }

    /// Checks a line by itself: everything that needs no look at other users.
    ///
    /// The caller's right to what the line asks comes first: a line that it may not send never reaches the store. Groups
    /// need no more than any line, as on their own routes; whom the caller may put into them is asked with the user.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `user.unapproved_domain`,
    ///   `access.escalation`, `password.policy`, `ssh_key.invalid`, `ssh_key.too_many` or `input.invalid`.
    public func check(_ line: ImportLine) throws(MusterError) -> ImportCandidate {
        let draft = UserDraft(username: line.username, applying: line.changes)
        if options.mode == .create {
            try access.requireCreatable(draft, by: principal)
        }
        var kept = line
        kept.sshKeys = []
        kept.password = nil
        var candidate = ImportCandidate(line: kept, draft: draft)
        candidate.keys = try keys(line.sshKeys)
        candidate.person = try line.person?.revised(nil)
        switch line.password {
        case nil:
            break
        case .plain(let password):
            // Nobody looks here at whoever has the name: what a line does not say is not so.
            try access.rules.passwords.requireGood(
                password,
                for: line.username,
                besideFactor: draft.authorizations.requiresSecondFactorEnrolment,
                hasher
            )
            candidate.password = .plain(password)
            candidate.cameInClear = true
        case .hash(let hash):
            candidate.password = .ready(try hasher.importHash(hash))
        }
        return candidate
    }

    /// Hashes a password that came in the clear; does nothing otherwise, and in a dry run.
    ///
    /// - Throws: ``MusterError`` with code `password.policy`, `server.overloaded` or `store.unavailable`.
    public func hashing(
        _ candidate: ImportCandidate
    ) async throws(MusterError) -> ImportCandidate {
        guard case .plain(let password) = candidate.password, !options.isDryRun else {
            return candidate
        }
        var candidate = candidate
        let known =
            options.mode == .create
            ? nil
            : try await access.store.read(.bounded) {
                [self, candidate] reader throws(MusterError) in
                let user = try reader.user(.username(candidate.username.text))
                if let user { try requireChangeablePassword(of: user, in: reader) }
                return user
            }
        if let known {
            candidate.password = .ready(
                try await NewPassword(access, hasher, in: .bulk, by: nil).hash(
                    password,
                    for: known.username,
                    besideFactor: candidate.draft.authorizations.requiresSecondFactorEnrolment,
                    formerOf: known.id
                )
            )
        } else {
            candidate.password = .ready(try await hasher.hash(password, in: .bulk))
        }
        return candidate
    }

    /// Refuses whoever may not set a user's password, before the new one is compared with the former ones, which
    /// would tell what they are.
    private func requireChangeablePassword(
        of user: User,
        in reader: any DirectoryReader
    ) throws(MusterError) {
        let caller = try access.readmitUnchanged(principal, in: reader)
        try caller.requireAdministrator()
        try caller.requireRank(over: user)
        try caller.requirePower(over: user)
        guard caller.isMachine || !caller.isOwn(user) else { throw UserImport.ownPassword }
    }

    private func keys(_ lines: [String]) throws(MusterError) -> [StoredSSHKey] {
        guard !lines.isEmpty else { return [] }
        guard lines.count <= SSHKeyPolicy.maximumKeysPerUser else { throw SSHKeyPolicy.tooMany }
        let policy = access.rules.sshKeys(curves)
        var keys: [StoredSSHKey] = []
        do {
            for line in lines {
                keys.append(access.stored(try SSHPublicKey(line, policy: policy)))
            }
        } catch {
            var error = error
            error.details["field"] = "ssh_keys"
            throw error
        }
        return keys
    }
}
