import MusterCore
import TextBytes

extension MemoryTransaction {
    func userIDs(named usernames: [Username]) throws(MusterError) -> [UserID?] {
        let owners = owners
        return usernames.map { owners[$0.text.foldedASCII] }
    }

    func belongings(
        of users: [UserID],
        withPasswords: Bool
    ) throws(MusterError) -> [UserID: UserBelongings] {
        var found: [UserID: UserBelongings] = [:]
        for user in users {
            var own = UserBelongings()
            own.keys = state.sshKeys[user] ?? []
            own.person = try person(of: user)
            if withPasswords { own.password = state.passwords[user] }
            found[user] = own
        }
        return found
    }

    func insertUsers(
        _ arrivals: [UserInsertion],
        at now: Timestamp
    ) throws(MusterError) -> [UserID?] {
        var owners = owners
        var ids: [UserID?] = []
        for arrival in arrivals {
            let name = arrival.draft.username.text.foldedASCII
            guard owners[name] == nil else {
                ids.append(nil)
                continue
            }
            state.lastUser += 1
            let id = UserID(rawValue: state.lastUser)
            state.users[id] = User(
                id: id,
                uuid: arrival.uuid,
                draft: arrival.draft,
                at: now
            )
            state.passwords[id] = arrival.password
            growRevision()
            owners[name] = id
            ids.append(id)
        }
        return ids
    }

    /// Who has which login name.
    private var owners: [[UInt8]: UserID] {
        Dictionary(
            state.users.values.map { ($0.username.text.foldedASCII, $0.id) }
        ) { first, _ in first }
    }
}
