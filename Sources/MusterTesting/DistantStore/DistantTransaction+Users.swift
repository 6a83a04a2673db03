import FoundationEssentials
import MusterCore

extension DistantTransaction {
    func userIDs(named usernames: [Username]) throws(MusterError) -> [UserID?] {
        try trip { () throws(MusterError) in try inner.userIDs(named: usernames) }
    }

    func belongings(
        of users: [UserID],
        withPasswords: Bool
    ) throws(MusterError) -> [UserID: UserBelongings] {
        try trip { () throws(MusterError) in
            try inner.belongings(of: users, withPasswords: withPasswords)
        }
    }

    func insertUsers(
        _ arrivals: [UserInsertion],
        at now: Timestamp
    ) throws(MusterError) -> [UserID?] {
        try trip { () throws(MusterError) in try inner.insertUsers(arrivals, at: now) }
    }

    func user(_ reference: UserReference) throws(MusterError) -> User? {
        try trip { () throws(MusterError) in try inner.user(reference) }
    }

    func user(_ reference: UserReference, with parts: UserParts) throws(MusterError) -> User? {
        try trip { () throws(MusterError) in try inner.user(reference, with: parts) }
    }

    func users(_ query: UserQuery) throws(MusterError) -> [User] {
        try trip { () throws(MusterError) in try inner.users(query) }
    }

    func users(
        withEmail email: String,
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User] {
        try trip { () throws(MusterError) in
            try inner.users(withEmail: email, limit: limit, with: parts)
        }
    }

    func fewUsers(
        withClues clues: [[String]],
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User]? {
        try trip { () throws(MusterError) in
            try inner.fewUsers(withClues: clues, limit: limit, with: parts)
        }
    }

    func userCount() throws(MusterError) -> Int {
        try trip { () throws(MusterError) in try inner.userCount() }
    }

    func userCount(_ query: UserQuery) throws(MusterError) -> Int {
        try trip { () throws(MusterError) in try inner.userCount(query) }
    }

    func userTotal(_ query: UserQuery) throws(MusterError) -> ListTotal {
        try trip { () throws(MusterError) in try inner.userTotal(query) }
    }

    func hasUserWriter(otherThan user: UserID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.hasUserWriter(otherThan: user) }
    }

    func hasAdministrator(otherThan user: UserID) throws(MusterError) -> Bool {
        try trip { () throws(MusterError) in try inner.hasAdministrator(otherThan: user) }
    }

    func insertUser(_ draft: UserDraft, uuid: UUID, at now: Timestamp) throws(MusterError) -> User {
        try trip { () throws(MusterError) in try inner.insertUser(draft, uuid: uuid, at: now) }
    }

    func updateUser(_ user: User, at now: Timestamp) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.updateUser(user, at: now) }
    }

    func updateLogins(of user: UserID, to record: LoginRecord) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.updateLogins(of: user, to: record) }
    }

    func deleteUser(_ id: UserID) throws(MusterError) {
        try trip { () throws(MusterError) in try inner.deleteUser(id) }
    }
}
