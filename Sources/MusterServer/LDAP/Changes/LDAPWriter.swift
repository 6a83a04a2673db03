import LDAPWire
import MusterCore
import TextBytes

/// Makes, changes and deletes entries, by the services that everybody asks.
struct LDAPWriter: Sendable {
    /// What an operation is made of.
    struct Request: Sendable {
        let change: LDAPChange
        let id: Int
        let controls: [LDAPControl]
        /// Whether a password may come over this connection.
        let mayCarryPassword: Bool
    }

    let users: UserService
    let persons: PersonService
    let groups: GroupService
    let keys: SSHKeyService
    let passwords: PasswordService
    let tree: LDAPTree
    let settings: LDAPSettings

    init(_ directory: Directory, _ tree: LDAPTree, _ settings: LDAPSettings) {
        users = UserService(directory)
        persons = PersonService(directory)
        groups = GroupService(directory)
        keys = SSHKeyService(directory)
        passwords = PasswordService(directory)
        self.tree = tree
        self.settings = settings
    }

    /// Makes a change.
    ///
    /// - Returns: The answer, and whether the password of the caller itself was changed, which ends what the former one has
    ///   opened.
    func answer(
        _ request: Request,
        by caller: Principal?
    ) async -> (bytes: [UInt8], changesCaller: Bool) {
        let tag = request.change.answer
        // Whoever may not change anything is not told of policies.
        var knowsPolicy = false
        do throws(LDAPResult) {
            guard let caller else { throw LDAPResult(.insufficientAccessRights, "bind first") }
            guard settings.takesWrites else {
                throw LDAPResult(.unwillingToPerform, "this directory is read-only over LDAP")
            }
            knowsPolicy = try LDAPControls(request.controls, forSearch: false).knowsPolicy
            let changesCaller = try await make(request, by: caller)
            let controls = knowsPolicy ? [LDAPPasswordPolicy.control(nil)] : []
            let bytes = LDAPAnswers.result(tag, to: request.id, .success, controls: controls)
            return (bytes, changesCaller)
        } catch {
            let policy = LDAPPasswordPolicy(error, of: request.change)
            let controls = knowsPolicy ? [LDAPPasswordPolicy.control(policy)] : []
            return (LDAPAnswers.result(tag, to: request.id, error, controls: controls), false)
        }
    }

    private func make(_ request: Request, by caller: Principal) async throws(LDAPResult) -> Bool {
        switch request.change {
        case .add(let add):
            switch try place(of: add.name, isNew: true) {
            case .user(let name): try await addUser(name, add, request, by: caller)
            case .group(let name): try await addGroup(name, add, by: caller)
            default: throw LDAPResult(.entryAlreadyExists)
            }
        case .modify(let modify):
            switch try place(of: modify.name) {
            case .user(let name):
                return try await modifyUser(name, modify, request, by: caller)
            case .group(let name): try await modifyGroup(name, modify, by: caller)
            default: throw Self.fixed
            }
        case .delete(let name): try await delete(name, by: caller)
        case .modifyDN(let rename): try await self.rename(rename, by: caller)
        }
        return false
    }

    private static let fixed = LDAPResult(
        .unwillingToPerform,
        "this entry is made by the server, and is not changed"
    )

    /// What a name stands for.
    private func place(
        of name: ArraySlice<UInt8>,
        isNew: Bool = false
    ) throws(LDAPResult) -> LDAPTree.Place {
        guard let name = DistinguishedName(name) else {
            throw LDAPResult(.invalidDNSyntax, "the name is no distinguished name")
        }
        do {
            return try tree.place(of: name)
        } catch {
            // Its parent is there, so that it is the name's own part that cannot be.
            guard isNew, name.parent == tree.people || name.parent == tree.groups else {
                throw error
            }
            throw LDAPResult(
                .namingViolation,
                name.parent == tree.people
                    ? "users are named by uid alone" : "groups are named by cn alone"
            )
        }
    }

    private func delete(
        _ name: ArraySlice<UInt8>,
        by caller: Principal
    ) async throws(LDAPResult) {
        switch try place(of: name) {
        case .user(let name):
            try await LDAPResult.translating { () async throws(MusterError) in
                try await users.delete(.username(name), by: caller) { nil }
            }
        case .group(let name):
            try await changing(group: name) { () async throws(MusterError) in
                try await groups.deleteWithMembers(.name(name), by: caller) { _ in }
            }
        default: throw Self.fixed
        }
    }

    private func rename(
        _ rename: LDAPModifyDN,
        by caller: Principal
    ) async throws(LDAPResult) {
        let present = try place(of: rename.name)
        guard let parts = DistinguishedName(rename.newPart)?.parts, parts.count == 1 else {
            throw LDAPResult(.invalidDNSyntax, "the new name is one part of a distinguished name")
        }
        guard rename.deletesFormer else {
            throw LDAPResult(
                .unwillingToPerform,
                "an entry has one name: ask for the former one to be deleted (ldapmodrdn -r)"
            )
        }
        let home =
            switch present {
            case .user: tree.people
            case .group: tree.groups
            default: throw Self.fixed
            }
        if let parent = rename.newParent {
            guard let parent = DistinguishedName(parent) else {
                throw LDAPResult(.invalidDNSyntax, "the new superior is no distinguished name")
            }
            guard parent == home else {
                throw LDAPResult(.unwillingToPerform, "an entry stays where it is")
            }
        }
        let new = DistinguishedName(parts + home.parts)
        switch (present, try place(of: Array(new.bytes)[...], isNew: true)) {
        case (.user(let name), .user(let new)):
            do throws(LDAPResult) {
                try await LDAPResult.translating { () async throws(MusterError) in
                    _ = try await persons.edit(
                        .user(.username(name)),
                        by: caller,
                        setsPassword: false
                    ) { _ throws(MusterError) in
                        var changes = UserChanges()
                        changes.username = try Username(new)
                        return PersonService.Revision(changes: changes, person: nil)
                    }
                }
            } catch {
                throw error.askingNoPassword
            }
        case (.group(let name), .group(let new)):
            try await changing(group: name) { () async throws(MusterError) in
                var revision = GroupRevision()
                revision.draft = try GroupDraft(name: new, isManagedBySAML: nil)
                _ = try await groups.revise(
                    .name(name),
                    by: caller,
                    listing: { _ in .nobody },
                    { [revision] _, _ in revision }
                )
            }
        default: throw Self.fixed
        }
    }

    /// Does something to a group, and says of the one of everybody that it is the server's.
    func changing<Value: Sendable>(
        group name: String,
        _ verdict: LDAPVerdict = LDAPVerdict(),
        _ body: () async throws(MusterError) -> Value
    ) async throws(LDAPResult) -> Value {
        do {
            return try await verdict.judging(body)
        } catch {
            let isBuiltIn =
                name.hasSameFoldedBytes(as: LDAPTree.everyone)
                || name.hasSameFoldedBytes(as: Group.everyone(userCount: 0).name)
            throw error.code == .noSuchObject && isBuiltIn ? Self.fixed : error
        }
    }
}
