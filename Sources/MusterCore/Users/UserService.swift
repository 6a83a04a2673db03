public import FoundationEssentials

/// What an administrator may change of a user in the Tenable dialect.
///
/// Nil leaves a value as it is.
public struct UserChanges: Sendable, Equatable {
    /// The role.
    public var role: Role?
    /// The name; empty clears it.
    public var name: String?
    /// The e-mail address; empty clears it.
    public var email: String?
    /// Whether the user may come in.
    public var isEnabled: Bool?

    /// Builds a set of changes; nothing changes unless said otherwise.
    public init(
        role: Role? = nil,
        name: String? = nil,
        email: String? = nil,
        isEnabled: Bool? = nil
    ) {
        self.role = role
        self.name = name
        self.email = email
        self.isEnabled = isEnabled
    }
}

/// Creates, shows, changes and deletes users.
public struct UserService: Sendable {
    let directory: Directory

    /// Works on a directory.
    public init(_ directory: Directory) {
        self.directory = directory
    }

    /// One page of users, for anybody from the Basic role upwards.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `input.invalid` or `store.unavailable`.
    public func page(
        by principal: Principal,
        _ query: () throws(MusterError) -> UserQuery
    ) throws(MusterError) -> [User] {
        try principal.require(.basic)
        let query = try query()
        let users = try directory.store.read { reader throws(MusterError) in
            try reader.users(query)
        }
        return users.map(directory.activity.updated)
    }

    /// A user, for administrators; or the caller itself.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func details(_ subject: Subject, by principal: Principal) throws(MusterError) -> User {
        directory.activity.updated(try directory.resolve(subject, for: principal))
    }

    /// Creates a user of the Tenable dialect: a name with an approved domain, in the built-in group, with
    /// all doors open.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.unapproved_domain`, `password.policy`, `user.already_exists`, `server.overloaded`,
    ///   `store.unavailable`, or what `input` throws.
    public func create(
        by principal: Principal,
        _ input: () throws(MusterError) -> (draft: UserDraft, password: Secret<String>)
    ) async throws(MusterError) -> User {
        try principal.requireAdministrator()
        let (draft, password) = try input()
        try requireApprovedDomain(draft.username)
        try directory.rules.passwords.check(password, for: draft.username)
        let hash = try await directory.hasher.hash(password)
        let directory = directory
        return try await directory.store.write { transaction throws(MusterError) in
            let now = directory.clock.now()
            let uuid = UUID.random(from: directory.random)
            let user = try transaction.insertUser(draft, uuid: uuid, at: now)
            try transaction.replacePassword(
                of: user.id,
                with: StoredPassword(hash: hash, isTemporary: false, changedAt: now)
            )
            let fields = [AuditField("permissions", "\(draft.role.rawValue)")]
            try transaction.appendAuditEvent(
                directory.event(.userCreate, by: principal, on: AuditParty(user), fields: fields)
            )
            return user
        }
    }

    /// Changes a user.
    ///
    /// An administrator names anybody; oneself may change name and e-mail address.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found`, `access.own_account`, `access.last_administrator`, `store.unavailable`, or what
    ///   `input` throws.
    public func edit(
        _ subject: Subject,
        by principal: Principal,
        _ input: () throws(MusterError) -> UserChanges
    ) async throws(MusterError) -> User {
        try principal.requireSettledPassword()
        let target = try directory.resolve(subject, for: principal)
        let changes = try input()
        let directory = directory
        let user = try await directory.store.write { transaction throws(MusterError) in
            let before = try transaction.existing(.id(target.id))
            let after = before.applying(changes)
            guard after != before else { return before }
            if after.isEnabled != before.isEnabled, before.id == principal.user.id {
                throw UserService.ownEnabledStatus
            }
            if !after.isEnabled || after.role != .administrator {
                try transaction.requireAnotherAdministrator(than: before)
            }
            try transaction.updateUser(after, at: directory.clock.now())
            if !after.isEnabled {
                try transaction.deleteSessions(of: after.id, except: nil)
            }
            let fields = UserService.auditFields(before: before, after: after)
            try transaction.appendAuditEvent(
                directory.event(.userUpdate, by: principal, on: AuditParty(after), fields: fields)
            )
            return after
        }
        return directory.activity.updated(user)
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
        let target = try directory.resolve(.user(reference), for: principal)
        let successor = try successor()
        let directory = directory
        try await directory.store.write { transaction throws(MusterError) in
            let user = try transaction.existing(.id(target.id))
            guard user.id != principal.user.id, user.id != principal.impersonator?.id else {
                throw MusterError(.ownAccount, "You cannot delete your own account.")
            }
            guard user.id != directory.identity.owner else {
                throw MusterError(
                    .userUndeletable,
                    "The administrator made with the directory cannot be deleted. Disable it instead."
                )
            }
            try transaction.requireAnotherAdministrator(than: user)
            var fields: [AuditField] = []
            if let successor {
                let heir = try transaction.user(.uuid(successor))
                guard let heir, heir.id != user.id, heir.isEnabled else {
                    throw MusterError(
                        .successorRefused,
                        "The successor must be another user who exists and is enabled."
                    )
                }
                fields.append(AuditField("successor_user_uuid", heir.uuid.text))
            }
            try transaction.deleteUser(user.id)
            try transaction.appendAuditEvent(
                directory.event(.userDelete, by: principal, on: AuditParty(user), fields: fields)
            )
        }
    }

    private func requireApprovedDomain(_ username: Username) throws(MusterError) {
        let approved = directory.rules.approvedDomains
        guard let domain = username.domain, approved.isEmpty || approved.contains(domain) else {
            throw MusterError(
                .userUnapprovedDomain,
                "The username provided is not a part of the current Container's approved domains."
            )
        }
    }

    private static var ownEnabledStatus: MusterError {
        MusterError(.ownAccount, "You cannot enable or disable your own account.")
    }

    private static func auditFields(before: User, after: User) -> [AuditField] {
        var fields: [AuditField] = []
        if after.role != before.role {
            fields.append(AuditField("permissions", "\(after.role.rawValue)"))
        }
        if after.name != before.name {
            fields.append(AuditField("name", after.displayName))
        }
        if after.email != before.email {
            fields.append(AuditField("email", after.displayEmail))
        }
        if after.isEnabled != before.isEnabled {
            fields.append(AuditField("enabled", "\(after.isEnabled)"))
        }
        return fields
    }
}

extension User {
    /// The user with changes applied.
    ///
    /// A name or address equal to the username is none of its own.
    func applying(_ changes: UserChanges) -> User {
        var user = self
        if let role = changes.role {
            user.role = role
        }
        if let name = changes.name {
            user.name = name.isEmpty || name == username.text ? nil : name
        }
        if let email = changes.email {
            user.email = email.isEmpty || email == username.text ? nil : email
        }
        if let isEnabled = changes.isEnabled {
            user.isEnabled = isEnabled
        }
        return user
    }
}
