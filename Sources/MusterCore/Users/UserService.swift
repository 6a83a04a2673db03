public import FoundationEssentials

/// Creates, shows, changes and deletes users.
public struct UserService: Sendable {
    let access: DirectoryAccess
    let passwords: PasswordChecks
    let notices: AccountNotices

    init(_ access: DirectoryAccess, passwords: PasswordChecks, notices: AccountNotices) {
        self.access = access
        self.passwords = passwords
        self.notices = notices
    }

    /// One page of users, for those who may look at others: the Basic role, or the read of Users.
    ///
    /// The caller is admitted again, so that a list of many pages ends when its reader's rights do.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `input.invalid` or `store.unavailable`.
    public func page(
        by principal: Principal,
        _ query: () throws(MusterError) -> UserQuery
    ) async throws(MusterError) -> [User] {
        let query = try query()
        let extent: ReadExtent = query.isShort ? .bounded : .unbounded
        return try await access.store.read(extent) { [self] reader throws(MusterError) in
            let caller = try access.readmitUnchanged(principal, in: reader)
            return try page(by: caller, in: reader) { () throws(MusterError) in query }
        }
    }

    /// One page of users, as ``page(by:_:)``, at the moment that a reader sees.
    ///
    /// - Throws: as ``page(by:_:)``.
    public func page(
        by principal: Principal,
        in reader: any DirectoryReader,
        _ query: () throws(MusterError) -> UserQuery
    ) throws(MusterError) -> [User] {
        try principal.requireReader()
        var users = try reader.users(try query())
        // Changed where they are: to copy a user costs as much as to write half of its record.
        users.show(to: principal)
        access.activity.update(&users)
        return users
    }

    /// A user, for administrators; or the caller itself.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func details(
        _ target: UserTarget,
        by principal: Principal
    ) async throws(MusterError) -> User {
        let (user, caller) = try await access.look(by: principal) {
            caller,
            reader throws(MusterError) in
            (try reader.resolve(target, for: caller), caller)
        }
        return access.activity.updated(user.shown(to: caller))
    }

    /// A user, as ``details(_:by:)``, at the moment that a reader sees.
    ///
    /// - Throws: as ``details(_:by:)``.
    public func details(
        _ target: UserTarget,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> User {
        let user = try reader.resolve(target, for: principal)
        return access.activity.updated(user.shown(to: principal))
    }

    /// A user, for those who may look at others; or the caller itself, by whatever name.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func look(
        at reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) -> User {
        let user = try await access.look(by: principal) { caller, reader throws(MusterError) in
            try reader.resolveReadable(reference, for: caller).shown(to: caller)
        }
        return access.activity.updated(user)
    }

    /// A user, as ``look(at:by:)``, at the moment that a reader sees.
    ///
    /// - Throws: as ``look(at:by:)``.
    public func look(
        at reference: UserReference,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> User {
        let user = try reader.resolveReadable(reference, for: principal)
        return access.activity.updated(user.shown(to: principal))
    }

    /// Creates a user in the built-in group, with all its fields in one change.
    ///
    /// Without a password nobody signs in with a password until somebody sets one. In the Tenable dialect the
    /// name needs an approved domain. Nobody can give bits or a role that it does not hold.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.unapproved_domain`, `access.escalation`, `password.policy`, `user.already_exists`,
    ///   `revision.changed`, `server.overloaded`, `store.unavailable`, or what `input` throws.
    public func create(
        by principal: Principal,
        _ input: () throws(MusterError) -> (draft: UserDraft, password: Secret<String>?)
    ) async throws(MusterError) -> User {
        try await create(by: principal, person: nil, input)
    }

    /// Creates a user as ``create(by:_:)``, with public keys and what is known of it as a person.
    ///
    /// - Throws: as there, or with code `ssh_key.too_many`.
    public func create(
        by principal: Principal,
        withKeys keys: [StoredSSHKey],
        person: Person?,
        _ input: () throws(MusterError) -> (draft: UserDraft, password: Secret<String>?)
    ) async throws(MusterError) -> User {
        try person?.check()
        return try await create(by: principal, person: person, keys: keys, input)
    }

    /// Creates a user as ``create(by:_:)``, with what is known of it as a person.
    ///
    /// - Throws: as there.
    func create(
        by principal: Principal,
        person: Person?,
        keys: [StoredSSHKey] = [],
        _ input: () throws(MusterError) -> (draft: UserDraft, password: Secret<String>?)
    ) async throws(MusterError) -> User {
        try principal.requireAdministrator()
        let (draft, password) = try input()
        try access.requireCreatable(draft, by: principal)
        var hash: PasswordHash?
        if let password {
            hash = try await NewPassword(
                access,
                passwords.hasher,
                in: .caller(principal.user.id),
                by: principal
            ).hash(
                password,
                for: draft.username
            )
        }
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            [hash] caller, transaction throws(MusterError) in
            try access.requireCreatable(draft, by: caller)
            let now = access.clock.now()
            let uuid = UUID.random(from: access.random)
            let user = try transaction.insertUser(draft, uuid: uuid, at: now)
            if let hash {
                try transaction.replacePassword(
                    of: user.id,
                    with: StoredPassword(hash: hash, isTemporary: false, changedAt: now)
                )
            }
            if let person { try transaction.replacePerson(of: user.id, with: person) }
            try transaction.appendAuditEvent(
                access.creationEvent(
                    of: user,
                    hasPassword: hash != nil,
                    by: caller,
                    more: Person.auditFields(person, changedFrom: nil)
                )
            )
            if !keys.isEmpty {
                try access.reviseSSHKeys(of: user, by: caller, in: transaction) { _ in keys }
            }
            return user
        }
    }

    /// Deletes a user with all that belongs to it.
    ///
    /// The number is never given again.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `user.undeletable`, `user.successor_refused`, `access.own_account`, `access.last_administrator`,
    ///   `store.unavailable`, or what `successor` throws.
    public func delete(
        _ reference: UserReference,
        by principal: Principal,
        _ successor: () throws(MusterError) -> UUID?
    ) async throws(MusterError) {
        try await delete(reference, by: principal, judging: nil, successor)
    }

    /// Deletes a user as ``delete(_:by:_:)``, where `judge` agrees to what it is at that moment.
    ///
    /// - Throws: ``MusterError`` as there, or what `judge` throws.
    func delete(
        _ reference: UserReference,
        by principal: Principal,
        judging judge: (@Sendable (PersonalAccount) throws(MusterError) -> Void)?,
        _ successor: () throws(MusterError) -> UUID?
    ) async throws(MusterError) {
        let access = access
        try await access.change(of: .user(reference), by: principal, successor) {
            caller,
            user,
            successor,
            transaction throws(MusterError) in
            if let judge { try judge(try transaction.personalAccount(of: user)) }
            // The machine stands in for the owner, whose account is not its own.
            guard caller.isMachine || !caller.isOwn(user) else {
                throw MusterError(.ownAccount, "You cannot delete your own account.")
            }
            guard user.id != access.identity.owner else {
                throw MusterError(
                    .userUndeletable,
                    "The administrator made with the directory cannot be deleted. Disable it instead."
                )
            }
            try transaction.requireAdministrators(besides: user, become: nil)
            var fields: [AuditField] = []
            if let successor {
                let heir = try transaction.user(.uuid(successor))
                guard let heir, heir.id != user.id, !heir.isShutOut(at: access.clock.now())
                else {
                    throw MusterError(
                        .successorRefused,
                        "The successor must be another user who exists and is enabled."
                    )
                }
                fields.append(AuditField("successor_user_uuid", heir.uuid.text))
            }
            try caller.requireRank(over: user)
            try caller.requirePower(over: user)
            try transaction.endSessions(
                of: user.id,
                except: nil,
                because: .userRemoved,
                at: access.clock.now()
            )
            try transaction.deleteUser(user.id)
            try transaction.appendAuditEvent(
                access.event(.userDelete, by: caller, on: AuditParty(user), fields: fields)
            )
        }
    }
}
