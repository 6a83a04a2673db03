import FoundationEssentials
import MusterCore
import MusterSQL

extension PostgresTransaction {
    private static let byID: StatementText = """
        SELECT \(UserRow.columns)
        FROM "user" AS u
        WHERE u.id = ?
        """

    private static let byUUID: StatementText = """
        SELECT \(UserRow.columns)
        FROM "user" AS u
        WHERE u.uuid = ?
        """

    private static let byUsername: StatementText = """
        SELECT \(UserRow.columns)
        FROM "user" AS u
        WHERE lower(u.username) = lower(? COLLATE "C")
        """

    func user(_ reference: UserReference) throws(MusterError) -> User? {
        switch reference {
        case .id(let id):
            try row(Self.byID, [id.rawValue], decodeUser)
        case .uuid(let uuid):
            try row(Self.byUUID, [uuid], decodeUser)
        case .username(let name):
            (try? Username(name)) == nil ? nil : try row(Self.byUsername, [name], decodeUser)
        }
    }

    func userCount() throws(MusterError) -> Int {
        try row("SELECT count(*) FROM \"user\"", []) { $0[0] } ?? 0
    }

    func hasAdministrator(otherThan user: UserID) throws(MusterError) -> Bool {
        let other: Int64? = try row(
            """
            SELECT u.id
            FROM "user" AS u
            WHERE u.role = 64 AND u.is_enabled AND u.id <> ?
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
            FROM "user" AS u
            WHERE u.is_enabled AND u.write_mask & 8 = 8 AND u.id <> ?
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
            (u.api_permitted AND u.inactivity_timeout_s = 0
                 AND EXISTS (SELECT 1 FROM api_key AS k WHERE k.user_id = u.id)
             OR u.password_permitted
                 AND EXISTS (SELECT 1 FROM password AS p WHERE p.user_id = u.id)))
        """

    /// Put together once: an import of a million lines would put it together as often.
    static let insertion: StatementText = """
        INSERT INTO "user" (\(WrittenColumn.names), uuid, created_at, changed_at)
        VALUES (\(WrittenColumn.places), ?, ?, ?)
        ON CONFLICT (lower(username)) DO NOTHING
        RETURNING id
        """

    private static let numberedColumns: StatementText =
        "\(WrittenColumn.names), uuid, created_at, changed_at, id"
    private static let numberedTypes =
        WrittenColumn.all.map(\.type) + [.uuid, .bigint, .bigint, .bigint]

    /// The same under numbers that were taken before.
    ///
    /// That a name is another user's is an error of the engine.
    private static let numberedInsertion = PostgresInsertion(
        one: numberedOne,
        many: numberedMany,
        types: numberedTypes
    )

    private static let numberedOne: StatementText = """
        INSERT INTO "user" AS t (\(numberedColumns))
        VALUES (\(WrittenColumn.places), ?, ?, ?, ?)
        """

    private static let numberedMany: StatementText = """
        INSERT INTO "user" AS t (\(numberedColumns))
        SELECT \(numberedColumns)
        FROM unnest(\(PostgresColumn.places(numberedTypes))) AS arrival (\(numberedColumns))
        """

    /// The same for a group whose users the node's copy is handed.
    private static let handedInsertion = ReplicatedTable.users.map { users in
        PostgresInsertion(
            one: "\(numberedOne) RETURNING \(users.columns)",
            many: "\(numberedMany) RETURNING \(users.columns)",
            types: numberedTypes,
            keep: { memory, result in memory.keep(try users.rows(in: result)) }
        )
    }

    /// What stands in the places of ``insertion``.
    static func places(
        _ draft: UserDraft,
        _ uuid: UUID,
        _ now: Timestamp
    ) -> [(any SQLArgument)?] {
        WrittenColumn.values(draft) + [uuid, now.rawValue, now.rawValue]
    }

    func insertUser(
        _ draft: UserDraft,
        uuid: UUID,
        at now: Timestamp
    ) throws(MusterError) -> User {
        var id = try insertAhead(draft, uuid: uuid, at: now)
        if id == nil { id = try insertIfFree(draft, uuid: uuid, at: now) }
        guard let id else { throw MusterError.duplicateUsername }
        return User(id: id, uuid: uuid, draft: draft, at: now)
    }

    /// Inserts a user as one of a group, without waiting for the engine.
    ///
    /// Where its name is another user's the whole group fails, and is made again change by change, each of which waits.
    ///
    /// - Returns: Its number; nil if changes are made in that way, and nothing was inserted.
    private func insertAhead(
        _ draft: UserDraft,
        uuid: UUID,
        at now: Timestamp
    ) throws(MusterError) -> UserID? {
        guard let id = try translating({ try connection.nextNumber() }) else { return nil }
        let isHanded = connection.memory?.isHanded ?? false
        let handed = isHanded ? PostgresTransaction.handedInsertion : nil
        try add(
            PostgresTransaction.places(draft, uuid, now) + [id],
            by: handed ?? PostgresTransaction.numberedInsertion
        )
        changesUsers = true
        return UserID(rawValue: id)
    }

    /// Inserts a user and returns the number that it has got; nil if there is one of its name.
    private func insertIfFree(
        _ draft: UserDraft,
        uuid: UUID,
        at now: Timestamp
    ) throws(MusterError) -> UserID? {
        let places = PostgresTransaction.places(draft, uuid, now)
        let id: Int64? = try written(PostgresTransaction.insertion, places) { $0[0] }
        changesUsers = changesUsers || id != nil
        return id.map(UserID.init(rawValue:))
    }

    private static let replacement: StatementText = """
        UPDATE "user"
        SET \(WrittenColumn.assignments),
            phone_sealed = ?, phone_verified = ?, sms_enabled = ?, email_enabled = ?,
            changed_at = ?
        WHERE id = ?
        """

    func updateUser(_ user: User, at now: Timestamp) throws(MusterError) {
        try requireFree(user.username, for: user.id)
        let phone = sealed(user.secondFactor.phone, of: user.id)
        try run(
            PostgresTransaction.replacement,
            WrittenColumn.values(UserDraft(user)) + [
                phone, user.secondFactor.isPhoneVerified, user.secondFactor.isSMSEnabled,
                user.secondFactor.isEmailEnabled, now.rawValue, user.id.rawValue,
            ]
        )
        changesUsers = true
    }

    func deleteUser(_ id: UserID) throws(MusterError) {
        try run("DELETE FROM \"user\" WHERE id = ?", [id.rawValue])
        changesUsers = true
    }

    private func requireFree(_ username: Username, for user: UserID) throws(MusterError) {
        let owner: Int64? = try row(
            "SELECT id FROM \"user\" WHERE lower(username) = lower(? COLLATE \"C\")",
            [username.text]
        ) { $0[0] }
        guard owner == nil || owner == user.rawValue else {
            throw MusterError.duplicateUsername
        }
    }
}
