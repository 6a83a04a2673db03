import FoundationEssentials
import MusterCore

extension LDAPEntryView {
    /// Reads what is known of some users as persons, and their keys where they are wanted, for the attributes that are asked of them
    /// next.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func readAhead(of users: [User], withKeys: Bool) throws(MusterError) {
        // Of most nothing is known beside their own records.
        let users = users.filter { user in
            user.holdings.map { $0.hasPerson || withKeys && $0.hasSSHKeys } ?? true
        }
        let ids = Set(users.map(\.id))
        lastPerson = nil
        guard !users.isEmpty else { return }
        guard withKeys else {
            persons = LDAPReadAhead(of: ids, try entries.persons(of: users))
            return
        }
        let belongings = try entries.belongings(of: users)
        persons = LDAPReadAhead(of: ids, belongings.compactMapValues(\.person))
        keys = LDAPReadAhead(of: ids, belongings.mapValues(\.keys))
    }

    /// What is known of a user as a person; nil if there is nothing.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func person(of user: User) throws(MusterError) -> LDAPPerson? {
        if let holdings = user.holdings, !holdings.hasPerson { return nil }
        // Each attribute of an entry asks again.
        if let lastPerson, lastPerson.user == user.id { return lastPerson.person }
        let known =
            persons.covers(user.id)
            ? persons[user.id] : try entries.persons(of: [user])[user.id]
        let person = known.map { LDAPPerson($0) }
        lastPerson = (user.id, person)
        return person
    }

    /// The public keys of a user that are shown.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func sshKeys(of user: User) throws(MusterError) -> [StoredSSHKey] {
        if let holdings = user.holdings, !holdings.hasSSHKeys { return [] }
        return keys.covers(user.id) ? keys[user.id] ?? [] : try entries.sshKeys(of: user)
    }

    /// Tells the values of an attribute that a person's document has.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    func tellPersonal(
        _ attribute: LDAPAttribute,
        of user: User,
        to values: inout some LDAPValueTaker
    ) throws(MusterError) {
        guard let person = try person(of: user), let place = LDAPPerson.place(of: attribute) else {
            return
        }
        if case .manager = place {
            guard let uuid = person.manager, let manager = try entries.user(.uuid(uuid), with: [])
            else {
                return
            }
            return values.add(tree.name(of: manager))
        }
        for text in person.texts(at: place) { values.add(text) }
    }
}

/// What was read of several users in one look.
struct LDAPReadAhead<Value> {
    private let users: Set<UserID>
    private let found: [UserID: Value]

    /// Nothing was read of anybody.
    init() {
        self.init(of: [], [:])
    }

    init(of users: Set<UserID>, _ found: [UserID: Value]) {
        self.users = users
        self.found = found
    }

    /// Whether a user is one of them.
    func covers(_ user: UserID) -> Bool { users.contains(user) }

    /// What was read of a user; nil if there is nothing.
    subscript(user: UserID) -> Value? { found[user] }
}
