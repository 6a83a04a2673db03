import MusterCore
import TextBytes

extension MemoryTransaction {
    func person(of user: UserID) throws(MusterError) -> Person? {
        state.persons[user]
    }

    func persons(of users: [UserID]) throws(MusterError) -> [UserID: Person] {
        state.persons.filter { users.contains($0.key) }
    }

    func users(of key: PersonKey, limit: Int) throws(MusterError) -> [UserID] {
        let found = state.users.values.filter { user in
            let person = state.persons[user.id]
            return switch key {
            case .externalID(let id): person?.externalID.map { $0.hasSameBytes(as: id) } ?? false
            case .name(let name): user.displayName.hasSameFoldedBytes(as: name)
            case .address(let address):
                ([user.displayEmail] + (person?.otherAddresses ?? [])).contains {
                    $0.hasSameFoldedBytes(as: address)
                }
            }
        }
        return Array(found.map(\.id).sorted { $0 < $1 }.prefix(limit))
    }

    func replacePerson(of user: UserID, with person: Person) throws(MusterError) {
        try requireUser(user)
        state.persons[user] = person
        growRevision()
    }
}
