import FoundationEssentials
import MusterCore
import MusterSQL

extension SQLiteTransaction {
    private static let byID = looks("u.id = ?")
    private static let byUUID = looks("u.uuid = ?")
    private static let byUsername = looks("u.username = ?")

    /// The statements that find one user, for each choice of its parts.
    private static func looks(_ condition: StatementText) -> [StatementText] {
        UserParts.choices.map { parts in
            """
            SELECT \(UserRow.columns(with: parts))
            FROM user AS u
            WHERE \(condition)
            """
        }
    }

    func user(_ reference: UserReference) throws(MusterError) -> User? {
        try user(reference, with: .usual)
    }

    func user(
        _ reference: UserReference,
        with parts: UserParts
    ) throws(MusterError) -> User? {
        let choice = parts.rawValue
        switch reference {
        case .id(let id):
            return try row(Self.byID[choice], of: id.rawValue) { try decodeUser($0, with: parts) }
        case .uuid(let uuid):
            return try row(Self.byUUID[choice], of: uuid) { try decodeUser($0, with: parts) }
        case .username(let name):
            // SQLite ends a text at its first NUL, so that what is no login name could name somebody.
            guard (try? Username(name)) != nil else { return nil }
            return try row(Self.byUsername[choice], of: name) { try decodeUser($0, with: parts) }
        }
    }

    func hasAdministrator(otherThan user: UserID) throws(MusterError) -> Bool {
        let other: Int64? = try row(
            """
            SELECT u.id
            FROM user AS u
            WHERE u.role = 64 AND u.is_enabled = 1 AND u.id <> ?
              AND \(Self.canSignIn)
            LIMIT 1
            """,
            [user.rawValue]
        ) { $0[0] }
        return other != nil
    }

    func hasUserWriter(otherThan user: UserID) throws(MusterError) -> Bool {
        let other: Int64? = try row(
            """
            SELECT u.id
            FROM user AS u
            WHERE u.is_enabled = 1 AND u.write_mask & 8 = 8 AND u.id <> ?
              AND \(Self.canSignIn)
            LIMIT 1
            """,
            [user.rawValue]
        ) { $0[0] }
        return other != nil
    }

    /// Whether an enabled user `u` has a way in that is open to it, now and for ever.
    static let canSignIn: StatementText = """
        (u.expires_at IS NULL AND
            (u.api_permitted = 1 AND u.inactivity_timeout_s = 0
                 AND EXISTS (SELECT 1 FROM api_key AS k WHERE k.user_id = u.id)
             OR u.password_permitted = 1
                 AND EXISTS (SELECT 1 FROM password AS p WHERE p.user_id = u.id)))
        """

    // RETURNING would cost a journal for each statement, and an import ten times the writes. Put together once: an import
    // of a million lines would put it together as often.
    private static let oneUserInsertion = userInsertion(of: 1)

    /// The statement that inserts so many users.
    static func userInsertion(of count: Int) -> StatementText {
        let rows = [StatementText](repeating: "(\(WrittenColumn.places), ?, ?, ?)", count: count)
        return """
            INSERT INTO user (\(WrittenColumn.names), uuid, created_at, changed_at)
            VALUES \(StatementText(joining: rows, separator: ", "))
            ON CONFLICT (username) DO NOTHING
            """
    }

    /// Puts a new user into the next places of ``userInsertion(of:)``.
    static func bind(
        _ draft: UserDraft,
        _ uuid: UUID,
        at now: Timestamp,
        in places: inout StatementPlaces
    ) {
        WrittenColumn.bind(draft, in: &places)
        places.bind(uuid)
        places.bind(now.rawValue)
        places.bind(now.rawValue)
    }

    func insertUser(
        _ draft: UserDraft,
        uuid: UUID,
        at now: Timestamp
    ) throws(MusterError) -> User {
        guard let id = try insertIfFree(draft, uuid: uuid, at: now) else {
            throw MusterError.duplicateUsername
        }
        return User(id: id, uuid: uuid, draft: draft, at: now)
    }

    /// Inserts a user and returns the number that it has got; nil if there is one of its name.
    func insertIfFree(
        _ draft: UserDraft,
        uuid: UUID,
        at now: Timestamp
    ) throws(MusterError) -> UserID? {
        let before = handle.totalChanges
        try run(SQLiteTransaction.oneUserInsertion) { places in
            SQLiteTransaction.bind(draft, uuid, at: now, in: &places)
        }
        tally?.noteAddition(from: before, to: handle.totalChanges)
        guard changedRows > 0 else {
            // The number that the user would have got is spent.
            hasUncountedChanges = true
            return nil
        }
        changesUsers = true
        userDifference += 1
        return UserID(rawValue: handle.lastInsertedRowID)
    }

    private static let replacement: StatementText = """
        UPDATE user
        SET \(WrittenColumn.assignments),
            phone_sealed = ?, phone_verified = ?, sms_enabled = ?, email_enabled = ?,
            changed_at = ?
        WHERE id = ?
        """

    func updateUser(_ user: User, at now: Timestamp) throws(MusterError) {
        try requireFree(user.username, for: user.id)
        let phone = sealed(user.secondFactor.phone, of: user.id)
        try run(SQLiteTransaction.replacement) { places in
            WrittenColumn.bind(UserDraft(user), in: &places)
            places.bind(phone)
            places.bind(user.secondFactor.isPhoneVerified)
            places.bind(user.secondFactor.isSMSEnabled)
            places.bind(user.secondFactor.isEmailEnabled)
            places.bind(now.rawValue)
            places.bind(user.id.rawValue)
        }
        changesUsers = true
    }

    func deleteUser(_ id: UserID) throws(MusterError) {
        try run("DELETE FROM user WHERE id = ?", [id.rawValue])
        changesUsers = true
        userDifference -= changedRows
    }

    private func requireFree(_ username: Username, for user: UserID) throws(MusterError) {
        let owner: Int64? = try row(
            "SELECT id FROM user WHERE username = ?",
            [username.text]
        ) { $0[0] }
        guard owner == nil || owner == user.rawValue else {
            throw MusterError.duplicateUsername
        }
    }
}
