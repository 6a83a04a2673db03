import MusterCore

extension DistantTransaction {
    func person(of user: UserID) throws(MusterError) -> Person? {
        try trip { () throws(MusterError) in try inner.person(of: user) }
    }

    func persons(of users: [UserID]) throws(MusterError) -> [UserID: Person] {
        try trip { () throws(MusterError) in try inner.persons(of: users) }
    }

    func users(of key: PersonKey, limit: Int) throws(MusterError) -> [UserID] {
        try trip { () throws(MusterError) in try inner.users(of: key, limit: limit) }
    }

    func replacePerson(of user: UserID, with person: Person) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.replacePerson(of: user, with: person) }
    }
}
