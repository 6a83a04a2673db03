import FoundationEssentials

extension PersonReader where Self: DirectoryReader {
    /// Reads the user first, and then what belongs to it.
    public func personalAccount(
        _ reference: UserReference,
        withKeys readsKeys: Bool
    ) throws(MusterError) -> PersonalAccount? {
        guard let user = try user(reference) else { return nil }
        return try personalAccount(of: user, withKeys: readsKeys)
    }
}

extension DirectoryReader {
    /// A user with its person and groups, and with its public keys where that is asked.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func personalAccount(
        of user: User,
        withKeys readsKeys: Bool = false
    ) throws(MusterError) -> PersonalAccount {
        PersonalAccount(
            user: user,
            person: try person(of: user.id),
            groups: user.groups.isEmpty ? [] : try groups(user.groups),
            keys: readsKeys ? try sshKeys(of: user.id) : nil
        )
    }

    /// Users with their persons and groups.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func personalAccounts(
        of users: [User],
        _ known: inout [UUID: Group]
    ) throws(MusterError) -> [PersonalAccount] {
        let persons = try persons(of: users.map(\.id))
        var accounts: [PersonalAccount] = []
        accounts.reserveCapacity(users.count)
        for user in users {
            var groups: [Group] = []
            for uuid in user.groups {
                if known[uuid] == nil { known[uuid] = try group(.uuid(uuid)) }
                if let group = known[uuid] { groups.append(group) }
            }
            accounts.append(PersonalAccount(user: user, person: persons[user.id], groups: groups))
        }
        return accounts
    }
}
