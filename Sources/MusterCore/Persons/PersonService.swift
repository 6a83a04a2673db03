/// Shows, makes and changes users together with what is known of them as persons.
///
/// The rules are those of ``UserService``, and so are the records of the audit log.
public struct PersonService: Sendable {
    let access: DirectoryAccess
    private let users: UserService
    let passwords: PasswordChecks
    let notices: AccountNotices
    /// Whether accounts come with their public keys.
    public var readsKeys = false

    init(_ access: DirectoryAccess, passwords: PasswordChecks, notices: AccountNotices) {
        self.access = access
        self.passwords = passwords
        self.notices = notices
        users = UserService(access, passwords: passwords, notices: notices)
    }

    /// A user, for those who may look at others; or the caller itself.
    ///
    /// - Throws: ``MusterError`` with code `access.insufficient_scope`, `password.change_required`, `user.not_found` or
    ///   `store.unavailable`.
    public func account(
        of reference: UserReference,
        by principal: Principal
    ) async throws(MusterError) -> PersonalAccount {
        try await access.look(by: principal) { [self] caller, reader throws(MusterError) in
            try account(of: reference, by: caller, in: reader)
        }
    }

    /// The same in the read that has let the caller in.
    ///
    /// - Throws: as ``account(of:by:)``.
    public func account(
        of reference: UserReference,
        by caller: Principal,
        in reader: any DirectoryReader
    ) throws(MusterError) -> PersonalAccount {
        switch try caller.mayLook(at: reference) {
        case .oneself:
            var account = try reader.personalAccount(of: caller.user, withKeys: readsKeys)
            show(&account, to: caller)
            return account
        case .anybody:
            guard let account = try account(in: reader, reference, for: caller) else {
                throw .noSuchUser
            }
            return account
        }
    }

    /// An account for somebody who may look at it; nil if there is none.
    func account(
        in reader: any DirectoryReader,
        _ reference: UserReference,
        for caller: Principal
    ) throws(MusterError) -> PersonalAccount? {
        guard var account = try reader.personalAccount(reference, withKeys: readsKeys) else {
            return nil
        }
        show(&account, to: caller)
        return account
    }

    /// Leaves of an account what a caller may see, as it is at present.
    private func show(_ account: inout PersonalAccount, to caller: Principal) {
        account.user.show(to: caller)
        access.activity.update(&account.user)
    }

    /// Makes a user with what is known of it, in one change.
    ///
    /// - Throws: ``MusterError`` as ``UserService/create(by:withKeys:person:_:)``.
    public func create(
        by principal: Principal,
        _ input: () throws(MusterError) -> Draft
    ) async throws(MusterError) -> PersonalAccount {
        try principal.requireAdministrator()
        let draft = try input()
        try draft.person.check()
        let user = try await users.create(
            by: principal,
            person: draft.person,
            keys: draft.keys
        ) { () throws(MusterError) in (draft.user, draft.password) }
        return PersonalAccount(
            user: user,
            person: draft.person,
            keys: readsKeys ? draft.keys : nil
        )
    }

    /// Deletes a user as ``UserService/delete(_:by:_:)``, where `judge` agrees to what it is at that moment.
    ///
    /// - Throws: ``MusterError`` as there, or what `judge` throws.
    public func delete(
        _ reference: UserReference,
        by principal: Principal,
        _ judge: @escaping @Sendable (PersonalAccount) throws(MusterError) -> Void
    ) async throws(MusterError) {
        try await users.delete(
            reference,
            by: principal,
            judging: judge,
            withKeys: readsKeys
        ) { nil }
    }

    func updated(_ account: PersonalAccount) -> PersonalAccount {
        var account = account
        account.user = access.activity.updated(account.user)
        return account
    }
}
