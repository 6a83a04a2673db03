/// A user with all that belongs to it.
public struct UserAccount: Sendable {
    /// The user.
    public let user: User
    /// The groups the user was put into, without the built-in one.
    public let groups: [Group]
    /// How many public keys the user has.
    public let sshKeyCount: Int
    /// Whether the user has a pair of API keys.
    public let hasAPIKeys: Bool
    /// Whether the user has a password.
    public let hasPassword: Bool
    /// What is known of the person; nil if nobody has said anything of it.
    public let person: Person?
}

extension UserService {
    /// A user with all that belongs to it, for those who may look at others; or the caller itself.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`,
    ///   `user.not_found` or `store.unavailable`.
    public func account(
        of reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) -> UserAccount {
        try await access.look(by: principal) { caller, reader throws(MusterError) in
            try account(of: reference, by: caller, in: reader)
        }
    }

    /// A user with all that belongs to it, as ``account(of:by:)``, in the snapshot of a reader.
    ///
    /// - Throws: as ``account(of:by:)``.
    public func account(
        of reference: UserReference,
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> UserAccount {
        let user = try reader.resolveReadable(reference, for: principal)
        return try account(of: user, for: principal, in: reader)
    }

    /// The caller with all that belongs to it, also where its password has to be changed first.
    ///
    /// - Throws: ``MusterError`` as ``DirectoryAccess/readmit(_:in:)``, or with code `store.unavailable`.
    public func ownAccount(by principal: Principal) async throws(MusterError) -> UserAccount {
        try await access.look(by: principal) { caller, reader throws(MusterError) in
            try ownAccount(by: caller, in: reader)
        }
    }

    /// The caller with all that belongs to it, as ``ownAccount(by:)``, in the snapshot in which it was let in.
    ///
    /// - Parameters:
    ///   - principal: The caller, who was let in in the same snapshot.
    ///   - reader: The snapshot.
    /// - Returns: The account.
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func ownAccount(
        by principal: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> UserAccount {
        try account(of: principal.user, for: principal, in: reader)
    }

    private func account(
        of user: User,
        for caller: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> UserAccount {
        let groups = user.groups.isEmpty ? [] : try reader.groups(user.groups)
        var shown = access.activity.updated(user.shown(to: caller))
        shown.factors = try reader.factorCounts(of: user.id)
        return UserAccount(
            user: shown,
            groups: groups,
            sshKeyCount: try reader.sshKeys(of: user.id).count,
            hasAPIKeys: try reader.hasAPIKey(user.id),
            hasPassword: try reader.password(of: user.id) != nil,
            person: try reader.person(of: user.id)
        )
    }

    /// How many users a query keeps, as ``UserReader/userTotal(_:)`` says, for those who may look at others.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required` or
    ///   `store.unavailable`.
    public func count(
        _ query: UserQuery,
        by principal: Principal
    ) async throws(MusterError) -> ListTotal {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireReader()
            return try reader.userTotal(query)
        }
    }

    /// How many users pass all filters of each of several sets, in one snapshot, for those who may look at others.
    ///
    /// Exact: each set may cost a look at every user.
    ///
    /// - Throws: as ``count(_:by:)``.
    public func counts(
        of sets: [[UserFilter]],
        by principal: Principal
    ) async throws(MusterError) -> [Int] {
        try await access.look(by: principal, .unbounded) { caller, reader throws(MusterError) in
            try caller.requireReader()
            return try sets.map { filters throws(MusterError) in
                filters.isEmpty
                    ? try reader.userCount()
                    : try reader.userCount(UserQuery(limit: 1, filters: filters))
            }
        }
    }

    /// Forgets a user's failed logins, and with them the lock of the password.
    ///
    /// Nothing happens where there were none; the total is kept.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `access.escalation`,
    ///   `password.change_required`, `user.not_found` or `store.unavailable`.
    public func unlock(
        _ reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) -> User {
        let access = access
        let user = try await access.change(of: .user(reference), by: principal) {
            caller,
            user,
            transaction throws(MusterError) in
            guard !caller.isOwn(user) || caller.isMachine else {
                throw MusterError(
                    .ownAccount,
                    "You cannot forget failed logins of your own account. Change the password, or ask somebody."
                )
            }
            try caller.requireRank(over: user)
            try caller.requirePower(over: user)
            var user = user
            user.factors = try transaction.factorCounts(of: user.id)
            guard user.logins.failureCount > 0 || user.logins.lastClosing != nil else {
                return user
            }
            try transaction.unlockPassword(of: user)
            let fields = [AuditField("failed_logins", "0")]
            try transaction.appendAuditEvent(
                access.event(.userUpdate, by: caller, on: AuditParty(user), fields: fields)
            )
            var unlocked = try transaction.existing(.id(user.id))
            unlocked.factors = user.factors
            return unlocked
        }
        return access.activity.updated(user)
    }
}
