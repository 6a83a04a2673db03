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
        for (user, key) in try sshKeys(ofMany: users) {
            found[user, default: UserBelongings()].keys.append(key)
        }
        for (user, person) in try persons(of: users) {
            found[user, default: UserBelongings()].person = person
        }
        guard withPasswords else { return found }
        for user in users {
            guard let password = try password(of: user) else { continue }
            found[user, default: UserBelongings()].password = password
        }
        return found
    }

    /// The keys of some users, those of one in the order in which they were added.
    private func sshKeys(
        ofMany users: [UserID]
    ) throws(MusterError) -> [(user: UserID, key: StoredSSHKey)] {
        // One statement however many they are; only what is found is sorted.
        try rows(
            """
            SELECT k.type, k.blob, k.fingerprint, k.added_at, k.user_id
            FROM json_each(?) AS j CROSS JOIN ssh_key AS k ON k.user_id = j.value
            ORDER BY k.id
            """,
            [Set(users).asList]
        ) { (UserID(rawValue: $0[4]), try Self.decodeKey($0)) }
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
