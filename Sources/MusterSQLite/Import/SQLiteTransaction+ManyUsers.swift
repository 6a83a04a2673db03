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
        for part in arrivals.inWholeParts(of: Self.rowsAtOnce) {
            ids += try insertIfFree(part, at: now)
        }
        for arrival in arrivals.dropFirst(ids.count) {
            ids.append(try insertIfFree(arrival.draft, uuid: arrival.uuid, at: now))
        }
        let passwords = zip(arrivals, ids).compactMap { arrival, id in
            id.flatMap { id in arrival.password.map { (user: id, password: $0) } }
        }
        var written = 0
        for part in passwords.inWholeParts(of: Self.rowsAtOnce) {
            try insert(part, by: Self.manyPasswordsInsertion)
            written += part.count
        }
        for index in passwords.indices.dropFirst(written) {
            try insert(passwords[index...index], by: Self.onePasswordInsertion)
        }
        return ids
    }

    /// How many rows one statement writes where there are so many.
    ///
    /// SQLite opens a table and each of its indexes once for a statement, and finds again where the row before went: with
    /// 64 rows a user takes little more than half as long as with one, and with 400 hardly less.
    static let rowsAtOnce = 64

    private static let manyUsersInsertion = userInsertion(of: rowsAtOnce)
    private static let manyPasswordsInsertion = passwordInsertion(of: rowsAtOnce)
    private static let onePasswordInsertion = passwordInsertion(of: 1)

    /// Inserts users, and returns the number that each has got; nil if there is one of its name.
    private func insertIfFree(
        _ arrivals: ArraySlice<UserInsertion>,
        at now: Timestamp
    ) throws(MusterError) -> [UserID?] {
        let before = handle.totalChanges
        try run(Self.manyUsersInsertion) { places in
            for arrival in arrivals {
                SQLiteTransaction.bind(arrival.draft, arrival.uuid, at: now, in: &places)
            }
        }
        tally?.noteAddition(from: before, to: handle.totalChanges)
        let count = changedRows
        if count > 0 {
            changesUsers = true
            userDifference += count
        }
        if count == arrivals.count {
            // Nobody else writes, so that their numbers follow one another.
            let last = handle.lastInsertedRowID
            return (0..<Int64(count)).map { UserID(rawValue: last - Int64(count) + 1 + $0) }
        }
        // The numbers that the others would have got are spent.
        hasUncountedChanges = true
        var ids: [UserID?] = []
        for arrival in arrivals {
            ids.append(
                try row("SELECT id FROM user WHERE uuid = ?", of: arrival.uuid) {
                    UserID(rawValue: $0[0])
                }
            )
        }
        return ids
    }

    /// Writes passwords of new users, of whom none can have a former one.
    private func insert(
        _ passwords: ArraySlice<(user: UserID, password: StoredPassword)>,
        by statement: StatementText
    ) throws(MusterError) {
        try run(statement) { places in
            for (user, password) in passwords {
                places.bind(user.rawValue)
                places.bind(password.hash.text)
                places.bind(password.isTemporary)
                places.bind(password.changedAt.rawValue)
            }
        }
    }

    /// The statement that writes so many passwords.
    private static func passwordInsertion(of count: Int) -> StatementText {
        """
        INSERT INTO password (user_id, hash, is_temporary, changed_at)
        VALUES \(StatementText(joining: [StatementText](repeating: "(?, ?, ?, ?)", count: count), separator: ", "))
        """
    }
}

extension Array {
    /// Parts of one length, from the beginning on; what is left at the end and would be shorter is in none.
    func inWholeParts(of length: Int) -> [ArraySlice<Element>] {
        stride(from: 0, through: count - length, by: length).map { self[$0..<$0 + length] }
    }
}
