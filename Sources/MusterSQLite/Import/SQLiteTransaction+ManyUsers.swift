import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func userIDs(named usernames: [Username]) throws(MusterError) -> [UserID?] {
        var ids: [UserID?] = []
        for username in usernames {
            let id: Int64? = try row(
                "SELECT id FROM user WHERE username = ?",
                [username.text]
            ) { $0[0] }
            ids.append(id.map(UserID.init(rawValue:)))
        }
        return ids
    }

    func belongings(
        of users: [UserID],
        withPasswords: Bool
    ) throws(MusterError) -> [UserID: UserBelongings] {
        var found: [UserID: UserBelongings] = [:]
        for user in users {
            var own = UserBelongings()
            own.keys = try sshKeys(of: user)
            own.person = try person(of: user)
            if withPasswords { own.password = try password(of: user) }
            found[user] = own
        }
        return found
    }

    func insertUsers(
        _ arrivals: [UserInsertion],
        at now: Timestamp
    ) throws(MusterError) -> [UserID?] {
        try translating { try handle.cache.makeRoom(for: arrivals.count, on: handle) }
        var ids: [UserID?] = []
        ids.reserveCapacity(arrivals.count)
        for arrival in arrivals {
            ids.append(try insert(arrival, at: now))
        }
        return ids
    }

    private func insert(
        _ arrival: UserInsertion,
        at now: Timestamp
    ) throws(MusterError) -> UserID? {
        guard let user = try insertIfFree(arrival.draft, uuid: arrival.uuid, at: now) else {
            return nil
        }
        if let password = arrival.password {
            // No former password can be there, so that this is one statement and not three.
            try run(
                """
                INSERT INTO password (user_id, hash, is_temporary, changed_at)
                VALUES (?, ?, ?, ?)
                """
            ) { places in
                places.bind(user.rawValue)
                places.bind(password.hash.text)
                places.bind(password.isTemporary)
                places.bind(password.changedAt.rawValue)
            }
        }
        return user
    }
}
