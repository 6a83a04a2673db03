import LDAPWire
import MusterCore
import TextBytes

extension LDAPWriter {
    /// The classes of which a new user may be, in small letters.
    private static let userClasses: Set<LDAPObjectClass> = [
        .top, .person, .organizationalPerson, .inetOrgPerson, .posixAccount, .ldapPublicKey,
        .musterUser,
    ]

    func addUser(
        _ name: String,
        _ add: LDAPAdd,
        _ request: Request,
        by caller: Principal
    ) async throws(LDAPResult) {
        try requireAdministrator(caller)
        let username = try LDAPResult.translatingNow { () throws(MusterError) in
            try Username(name)
        }
        var change = LDAPUserChange(settings)
        for (attribute, values) in try attributes(of: add) {
            switch attribute {
            case .objectClass: try requireClasses(values, of: Self.userClasses)
            case .uid: try requireName(name, values)
            default: try change.take(.add, attribute, values, keys: keys)
            }
        }
        let password = try change.password?.required()
        guard password == nil || request.mayCarryPassword else { throw Self.plaintext }
        let plain = UserDraft(username: username)
        let changes = try change.changes(of: User.new(plain), isNew: true)
        let draft = UserDraft(username: username, applying: changes)
        let person = try change.person(
            of: PersonalAccount(user: User.new(draft), person: nil),
            UserChanges()
        )
        let keys = try change.newKeys()
        try await LDAPResult.translating { () async throws(MusterError) in
            _ = try await users.create(by: caller, withKeys: keys, person: person) {
                (draft, password)
            }
        }
    }

    func modifyUser(
        _ name: String,
        _ modify: LDAPModify,
        _ request: Request,
        by caller: Principal
    ) async throws(LDAPResult) -> Bool {
        let isOwn = caller.user.matches(.username(name))
        if !isOwn { try requireAdministrator(caller) }
        var change = LDAPUserChange(settings)
        for step in modify.steps {
            let (kind, attribute) = try step.known()
            switch attribute {
            case .objectClass: throw Self.classesStay
            case .uid: throw Self.nameStays
            default: try change.take(kind, attribute, step.attribute, keys: keys)
            }
        }
        if let password = change.password {
            guard request.mayCarryPassword else { throw Self.plaintext }
            let new = try password.required()
            if isOwn || password.old != nil {
                return try await changePassword(of: name, change, new, isOwn: isOwn, by: caller)
            }
        }
        guard change.isMore || change.password != nil else { return false }
        try await edit(name, change, isOwn: isOwn, by: caller)
        return false
    }

    /// Changes a password with the present one, which is an operation of its own.
    private func changePassword(
        of name: String,
        _ change: LDAPUserChange,
        _ new: Secret<String>,
        isOwn: Bool,
        by caller: Principal
    ) async throws(LDAPResult) -> Bool {
        guard !change.isMore else {
            throw LDAPResult(
                .unwillingToPerform,
                "a password is changed with the present one in an operation of its own"
            )
        }
        guard let old = change.password?.old else {
            throw LDAPResult(
                .unwillingToPerform,
                "your own password is changed with the present one: delete it and add the new one"
            )
        }
        try await LDAPResult.translating { () async throws(MusterError) in
            _ = try await passwords.change(isOwn ? .oneself : .user(.username(name)), by: caller) {
                PasswordChange(new: new, current: old)
            }
        }
        return isOwn
    }

    private func edit(
        _ name: String,
        _ change: LDAPUserChange,
        isOwn: Bool,
        by caller: Principal
    ) async throws(LDAPResult) {
        let isAdministrator = (try? caller.requireAdministrator()) != nil
        let target: UserTarget = isOwn && !isAdministrator ? .oneself : .user(.username(name))
        guard isAdministrator || !change.changesAccount else {
            throw LDAPResult(
                .insufficientAccessRights,
                "homeDirectory and loginShell are changed by administrators of users"
            )
        }
        let verdict = LDAPVerdict()
        do throws(LDAPResult) {
            try await verdict.judging { () async throws(MusterError) in
                _ = try await persons.edit(
                    target,
                    by: caller,
                    setsPassword: change.password != nil
                ) { account throws(MusterError) in
                    var (changes, person) = try verdict.keeping { () throws(LDAPResult) in
                        let changes = try change.changes(
                            of: account.user,
                            isNew: false,
                            account.person
                        )
                        return (changes, try change.person(of: account, changes))
                    }
                    changes.password = change.password?.new
                    return PersonService.Revision(
                        changes: changes,
                        person: person,
                        keys: change.keyRevision(verdict)
                    )
                }
            }
        } catch {
            throw error.askingNoPassword
        }
    }
}

extension LDAPResult {
    /// The same, of a change of an entry: where the present password is wanted, nobody was asked for it, and nobody can be.
    var askingNoPassword: LDAPResult {
        guard code == .invalidCredentials else { return self }
        return LDAPResult(
            .unwillingToPerform,
            "this change of your own account needs your present password, for which LDAP has no place"
        )
    }
}

extension User {
    /// A user who is not made yet.
    fileprivate static func new(_ draft: UserDraft) -> User {
        User(id: UserID(rawValue: 0), uuid: Group.everyoneUUID, draft: draft)
    }
}
