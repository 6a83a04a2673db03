import FoundationEssentials

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

    /// Creates a user in the built-in group, with all its fields in one change.
    ///
    /// Without a password nobody signs in with a password until somebody sets one. In the Tenable dialect the
    /// name needs an approved domain. Nobody can give bits or a role that it does not hold.
    ///
    /// - Parameters:
    ///   - principal: Who calls.
    ///   - isTemporary: Whether the password has to be changed at the next login.
    ///   - input: Reads what is asked for.
    /// - Returns: The user.
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.unapproved_domain`, `access.escalation`, `password.policy`, `user.already_exists`,
    ///   `revision.changed`, `server.overloaded`, `store.unavailable`, or what `input` throws.
    public func create(
        by principal: Principal,
        isTemporary: Bool = false,
        _ input: () throws(MusterError) -> (draft: UserDraft, password: Secret<String>?)
    ) async throws(MusterError) -> User {
        try await create(by: principal, person: nil, isTemporary: isTemporary, input)
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
        isTemporary: Bool = false,
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
                in: .caller(principal.payer),
                by: principal
            ).hash(
                password,
                for: draft.username,
                besideFactor: draft.authorizations.requiresSecondFactorEnrolment
            )
        }
        let access = access
        return try await access.change(by: principal, needing: .administrator) {
            [hash] caller, transaction throws(MusterError) in
            try access.requireCreatable(draft, by: caller)
            let now = access.clock.now()
            let uuid = access.uuids.next(from: access.random)
            let user = try transaction.insertUser(draft, uuid: uuid, at: now)
            if let hash {
                try transaction.replacePassword(
                    of: user.id,
                    with: StoredPassword(hash: hash, isTemporary: isTemporary, changedAt: now)
                )
            }
            if let person { try transaction.replacePerson(of: user.id, with: person) }
            let temporary =
                isTemporary && hash != nil ? [AuditField("password", "temporary")] : []
            try transaction.appendAuditEvent(
                access.creationEvent(
                    of: user,
                    hasPassword: hash != nil,
                    by: caller,
                    more: temporary + Person.auditFields(person, changedFrom: nil)
                )
            )
            if !keys.isEmpty {
                // Nobody is told of what it is made with.
                _ = try access.reviseSSHKeys(of: user, by: caller, in: transaction) { _ in keys }
            }
            return user
        }
    }
}
