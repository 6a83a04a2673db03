extension PersonService {
    /// What is to become of a user.
    public struct Revision: Sendable {
        /// The changes of the user itself.
        public var changes: UserChanges
        /// The person as it becomes; nil if it stays.
        public var person: Person?
        /// What becomes of the public keys; nil if they stay.
        public var keys: SSHKeyRevision?

        /// Builds a revision.
        public init(changes: UserChanges, person: Person?, keys: SSHKeyRevision? = nil) {
            self.changes = changes
            self.person = person
            self.keys = keys
        }
    }

    /// Changes a user and what is known of it, in one change.
    ///
    /// An administrator names anybody; oneself may change what is known of the person, its name and its addresses.
    /// What becomes of the user is decided from what it is at the moment of the change. Where a password has to be hashed,
    /// which takes long, the user is looked at before, and `revise` asked a first time.
    ///
    /// - Parameters:
    ///   - target: The user.
    ///   - principal: The caller.
    ///   - setsPassword: Whether `revise` may name a password.
    ///   - revise: Says what is to become of the account that it is given; it may be asked any number of times.
    /// - Returns: The account as it then is.
    /// - Throws: ``MusterError`` as ``UserService/edit(_:by:countsFactors:_:)``, or what `revise` throws.
    public func edit(
        _ target: UserTarget,
        by principal: Principal,
        setsPassword: Bool,
        _ revise: @escaping @Sendable (PersonalAccount) throws(MusterError) -> Revision
    ) async throws(MusterError) -> PersonalAccount {
        let right: Principal.Right = target.isOneself ? .settledAccount : .administrator
        try principal.requireRight(right)
        let hash = setsPassword ? try await hash(for: target, by: principal, revise) : nil
        let (access, readsKeys) = (access, readsKeys)
        let (account, change) = try await access.change(by: principal, needing: right) {
            caller,
            transaction throws(MusterError) in
            let user = try transaction.resolve(target, for: caller)
            let present = try transaction.personalAccount(of: user, withKeys: readsKeys)
            var revision = try revise(present)
            try revision.person?.check()
            if target.isOneself {
                try revision.changes.requireContactAlone()
                if revision.person?.isOtherOnMachines(than: present.person) == true {
                    throw UserChanges.notOwn
                }
                // Whoever adds a key to itself has to prove again who it is, for which there is another service.
                if revision.keys != nil { throw UserChanges.notOwn }
            }
            guard hash != nil || revision.changes.password == nil else {
                throw MusterError(
                    .serverInternal,
                    "A password was named that nobody had announced."
                )
            }
            revision.changes.password = nil
            let edit = UserEdit(
                access: access,
                principal: caller,
                changes: revision.changes,
                hash: hash,
                person: revision.person == present.person ? nil : revision.person,
                formerPerson: present.person
            )
            let outcome = try edit.make(on: present.user, in: transaction)
            var after = outcome.user
            var news: [AccountNews] = []
            if let keys = revision.keys {
                news = try access.reviseSSHKeys(of: after, by: caller, in: transaction, keys)
                if !news.isEmpty { after = try transaction.rewrite(after, at: access.clock.now()) }
            }
            return (
                try transaction.personalAccount(of: after, withKeys: readsKeys),
                outcome.change.adding(news)
            )
        }
        await notices.tell(change)
        return updated(account)
    }

    /// The hash of the password that a user is to get; nil if it gets none.
    private func hash(
        for target: UserTarget,
        by principal: Principal,
        _ revise: @escaping @Sendable (PersonalAccount) throws(MusterError) -> Revision
    ) async throws(MusterError) -> PasswordHash? {
        let readsKeys = readsKeys
        let before = try await access.look(by: principal) { caller, reader throws(MusterError) in
            try reader.personalAccount(
                of: try reader.resolve(target, for: caller),
                withKeys: readsKeys
            )
        }
        let changes = try revise(before).changes
        guard let password = changes.password else { return nil }
        try principal.requirePower(over: before.user)
        guard !principal.isOwn(before.user) || principal.isMachine else {
            throw CurrentPassword.refusal
        }
        return try await NewPassword(
            access,
            passwords.hasher,
            in: .caller(principal.payer),
            by: principal
        ).hash(
            password,
            for: changes.username ?? before.user.username,
            besideFactor: changes.requiresSecondFactorEnrolment ?? before.user.mustHaveFactor,
            formerOf: before.user.id
        )
    }
}
