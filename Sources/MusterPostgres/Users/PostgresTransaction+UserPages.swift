import MusterCore
import MusterSQL

extension PostgresTransaction {
    func users(_ query: UserQuery) throws(MusterError) -> [User] {
        // The engine refuses a text with a NUL; nothing that is kept has one.
        guard !query.hasNUL else { return [] }
        if let prefix = query.prefix {
            if let page = try users(query, beginningWith: prefix) { return page }
        } else if query.infix != nil, let page = try next(query, of: textTurns.glimpse) {
            return page
        }
        return try users(query, keptBy: Self.conditions(query))
    }

    /// The users who meet conditions, in the order of a list.
    func users(
        _ query: UserQuery,
        keptBy kept: (texts: [StatementText], arguments: [(any SQLArgument)?])
    ) throws(MusterError) -> [User] {
        var (conditions, arguments) = kept
        if let after = try place(query) {
            conditions.append(after.text)
            arguments += after.arguments
        }
        arguments += [query.limit, query.offset]
        return try rows(
            """
            SELECT \(UserRow.columns)\(query.readsFactors ? Self.factorCounts : "")
            FROM "user" AS u
            \(Self.filter(conditions))
            ORDER BY \(Self.order(query, by: Self.sortKey(query.sort)))
            LIMIT ?::bigint OFFSET ?::bigint
            """,
            arguments
        ) { try decodeUser($0, for: query) }
    }

    func decodeUser(_ row: PostgresRow, for query: UserQuery) throws -> User {
        var user = try decodeUser(row)
        if query.readsFactors { user.factors = FactorCounts(row, from: UserRow.count) }
        return user
    }

    /// Where a list goes on, as a condition; nil at its beginning.
    func place(
        _ query: UserQuery
    ) throws(MusterError) -> (text: StatementText, arguments: [(any SQLArgument)?])? {
        guard let after = query.after else { return nil }
        guard query.sort != .id else {
            return (query.isDescending ? "u.id < ?" : "u.id > ?", [after.rawValue])
        }
        let key = Self.sortKey(query.sort)
        let value = try sortValue(query, of: after, key)
        let comparison: StatementText = query.isDescending ? "<" : ">"
        return ("(\(key), u.id) \(comparison) (?, ?)", [value, after.rawValue])
    }

    /// The order of a list by a key of users `u`.
    static func order(_ query: UserQuery, by key: StatementText) -> StatementText {
        let direction: StatementText = query.isDescending ? "DESC" : "ASC"
        return query.sort == .id ? "u.id \(direction)" : "\(key) \(direction), u.id \(direction)"
    }

    func users(
        withEmail email: String,
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User] {
        // The engine refuses a text with a NUL; nothing that is kept has one.
        guard !email.utf8.contains(0) else { return [] }
        return try rows(
            """
            SELECT \(UserRow.columns)
            FROM "user" AS u
            WHERE lower(coalesce(u.email, u.username)) = lower(? COLLATE "C")
            ORDER BY u.id
            LIMIT ?::bigint
            """,
            [email, limit],
            decodeUser
        )
    }

    /// Nobody: whether they are few the engine tells by finding them.
    func fewUsers(
        withClues clues: [[String]],
        limit: Int,
        with parts: UserParts
    ) throws(MusterError) -> [User]? { nil }

    func userCount(_ query: UserQuery) throws(MusterError) -> Int {
        guard !query.hasNUL else { return 0 }
        let (conditions, arguments) = Self.conditions(query)
        return try row(
            "SELECT count(*) FROM \"user\" AS u \(Self.filter(conditions))",
            arguments
        ) { $0[0] } ?? 0
    }

    /// What the users of a list meet; where each is looked at, texts are asked of it, and not of indexes.
    static func conditions(
        _ query: UserQuery,
        ofEach isOfEach: Bool = false
    ) -> (texts: [StatementText], arguments: [(any SQLArgument)?]) {
        var texts: [StatementText] = []
        var arguments: [(any SQLArgument)?] = []
        if let group = query.group {
            texts.append("u.id IN (SELECT m.user_id FROM group_member AS m WHERE m.group_id = ?)")
            arguments.append(group.rawValue)
        }
        if let prefix = query.prefix {
            texts.append(isOfEach ? begins : hasPrefix)
            arguments += bounds(prefix) + bounds(prefix) + bounds(prefix)
        }
        if let infix = query.infix {
            texts.append(isOfEach ? contains : hasInfix)
            arguments += [String](repeating: infix, count: isOfEach ? 3 : 4)
        }
        for clue in query.clues {
            texts.append(hasClue)
            arguments.append(PostgresArray(clue))
        }
        for filter in query.filters {
            let (text, more) = condition(filter)
            texts.append(text)
            arguments += more
        }
        return (texts, arguments)
    }

    private static func condition(
        _ filter: UserFilter
    ) -> (text: StatementText, arguments: [(any SQLArgument)?]) {
        switch filter {
        // Where few are so an index has them, which the engine takes for what is said here alone.
        case .role(let role):
            (role >= .scanManager ? "(u.role = ? AND u.role >= 40)" : "u.role = ?", [role.rawValue])
        case .enabled(let isEnabled): (isEnabled ? "u.is_enabled" : "NOT u.is_enabled", [])
        case .expired(let moment): ("u.expires_at <= ?", [moment.rawValue])
        case .closed(let start, let end):
            (
                "(u.last_login_closing_at > ? AND u.last_login_closing_at <= ?)",
                [start.rawValue, end.rawValue]
            )
        case .failed(let count, let start, let end):
            (
                """
                (u.login_failure_count > ?
                 AND u.last_login_failure_at > ? AND u.last_login_failure_at <= ?)
                """,
                [count, start.rawValue, end.rawValue]
            )
        case .noSecondFactor:
            (
                """
                (NOT u.sms_enabled AND NOT u.email_enabled
                 AND NOT EXISTS (
                     SELECT 1 FROM factor AS f WHERE f.user_id = u.id AND f.tries_left IS NULL))
                """,
                []
            )
        case .unusedSince(let moment):
            (
                """
                (u.created_at < ?
                 AND (u.last_login_at IS NULL OR u.last_login_at < ?)
                 AND (u.last_key_use_at IS NULL OR u.last_key_use_at < ?))
                """,
                [moment.rawValue, moment.rawValue, moment.rawValue]
            )
        case .changed(let moment): ("u.changed_at >= ?", [moment.rawValue])
        case .keysUnusedSince(let moment):
            (
                """
                ((u.last_key_use_at IS NULL OR u.last_key_use_at < ?)
                 AND EXISTS (
                     SELECT 1 FROM api_key AS k WHERE k.user_id = u.id AND k.created_at < ?))
                """,
                [moment.rawValue, moment.rawValue]
            )
        }
    }

    static func filter(_ conditions: [StatementText]) -> StatementText {
        conditions.isEmpty
            ? "" : "WHERE \(StatementText(joining: conditions, separator: " AND "))"
    }

    /// How many factors a user `u` has, after its columns; each part is found in an index.
    static let factorCounts: StatementText = """
        , (SELECT count(*) FROM factor AS f
           WHERE f.user_id = u.id AND f.tries_left IS NULL AND f.secret_sealed IS NOT NULL),
        (SELECT count(*) FROM factor AS f
         WHERE f.user_id = u.id AND f.tries_left IS NULL AND f.credential_id IS NOT NULL),
        (SELECT count(*) FROM recovery_code AS r WHERE r.user_id = u.id)
        """

    /// The first goes along the index; of texts whose runs of three characters stand elsewhere the others tell.
    private static let hasInfix: StatementText = """
        (user_runs(u.username, u.name, u.email) @> user_runs(?, NULL, NULL) AND \(contains))
        """

    /// What one user who is looked at is asked: its runs would cost more than all else.
    private static let contains: StatementText = """
        (strpos(lower(u.username), lower(? COLLATE "C")) > 0
         OR strpos(lower(u.name), lower(? COLLATE "C")) > 0
         OR strpos(lower(u.email), lower(? COLLATE "C")) > 0)
        """

    /// Texts of three characters are one run each; the index has all runs of a user.
    private static let hasClue: StatementText = """
        user_runs(u.username, u.name, u.email) && user_runs(VARIADIC ?::text[])
        """

    static func sortKey(_ field: UserQuery.SortField) -> StatementText {
        switch field {
        case .id: "u.id"
        case .username: "lower(u.username)"
        case .name: "lower(coalesce(u.name, u.username))"
        case .email: "lower(coalesce(u.email, u.username))"
        case .changed: "u.changed_at"
        }
    }

    private func sortValue(
        _ query: UserQuery,
        of user: UserID,
        _ key: StatementText
    ) throws(MusterError) -> any SQLArgument {
        let isByChange = query.sort == .changed
        if isByChange, let moment = query.afterChange { return moment.rawValue }
        let value: (any SQLArgument)? = try row(
            "SELECT \(key) FROM \"user\" AS u WHERE u.id = ?",
            [user.rawValue]
        ) { row -> any SQLArgument in
            if isByChange { row[0] as Int64 } else { row[0] as String }
        }
        guard let value else {
            throw UserQuery.startIsGone
        }
        return value
    }
}
