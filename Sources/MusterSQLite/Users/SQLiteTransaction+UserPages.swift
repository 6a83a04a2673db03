import MusterCore

extension SQLiteTransaction {
    func users(_ query: UserQuery) throws(MusterError) -> [User] {
        // SQLite ends a text at its first NUL; nothing that is kept has one.
        guard query.prefix?.utf8.contains(0) != true else { return [] }
        guard let prefix = query.prefix, query.group == nil, query.filters.isEmpty else {
            return try page(query, .found)
        }
        // Where many begin with the text, the next in the order are looked at one by one until there are enough; where few
        // do, they are found and sorted. Which it is, the next few tell.
        let start = try place(query.after, query)
        guard let end = try glimpseEnd(query, after: start) else {
            return try page(query, .passed(upTo: nil), after: start)
        }
        let seen = try page(query, .passed(upTo: end), after: start)
        guard seen.count < query.limit else { return seen }
        return try page(query, try isRare(prefix) ? .found : .passed(upTo: nil), after: start)
    }

    /// How the users who begin with a text are come by.
    private enum Way {
        /// All of them are found, and sorted.
        case found
        /// Users are looked at in the order that is asked for, up to a place in it.
        case passed(upTo: Place?)
    }

    /// Where a user stands in an order: what it is sorted by, if that is not the number, and the number.
    private typealias Place = (key: String?, id: Int64)

    private func page(_ query: UserQuery, _ way: Way) throws(MusterError) -> [User] {
        try page(query, way, after: try place(query.after, query))
    }

    private func page(
        _ query: UserQuery,
        _ way: Way,
        after start: Place?
    ) throws(MusterError) -> [User] {
        var (conditions, arguments) = Self.conditions(query, way)
        if let start {
            let (texts, values) = Self.beyond(start, query.sort, isDescending: query.isDescending)
            conditions += texts
            arguments += values
        }
        if case .passed(let end?) = way {
            let (texts, values) = Self.upTo(end, query.sort, isDescending: query.isDescending)
            conditions += texts
            arguments += values
        }
        arguments += [query.limit, query.offset]
        return try rows(
            """
            SELECT \(UserRow.columns)\(query.readsFactors ? Self.factorCounts : "")
            FROM user AS u
            \(Self.filter(conditions))
            ORDER BY \(Self.order(query))
            LIMIT ? OFFSET ?
            """,
            arguments
        ) { row in
            var user = try decodeUser(row)
            if query.readsFactors { user.factors = FactorCounts(row, from: UserRow.count) }
            return user
        }
    }

    private static func order(_ query: UserQuery) -> StatementText {
        let direction: StatementText = query.isDescending ? "DESC" : "ASC"
        return query.sort == .id
            ? "u.id \(direction)" : "\(sortKey(query.sort)) \(direction), u.id \(direction)"
    }

    private func place(_ user: UserID?, _ query: UserQuery) throws(MusterError) -> Place? {
        guard let user else { return nil }
        // A number stands in its place whether or not anybody has it.
        guard query.sort != .id else { return (nil, user.rawValue) }
        return (try sortValue(of: user, Self.sortKey(query.sort)), user.rawValue)
    }

    private static func beyond(
        _ place: Place,
        _ field: UserQuery.SortField,
        isDescending: Bool
    ) -> (texts: [StatementText], arguments: [(any SQLiteArgument)?]) {
        let comparison: StatementText = isDescending ? "<" : ">"
        guard let value = place.key else { return (["u.id \(comparison) ?"], [place.id]) }
        let key = sortKey(field)
        // SQLite goes to a place in an index of expressions by the first of these, and never by the second.
        return (
            ["\(key) \(comparison)= ?", "(\(key), u.id) \(comparison) (?, ?)"],
            [value, value, place.id]
        )
    }

    private static func upTo(
        _ place: Place,
        _ field: UserQuery.SortField,
        isDescending: Bool
    ) -> (texts: [StatementText], arguments: [(any SQLiteArgument)?]) {
        let comparison: StatementText = isDescending ? ">=" : "<="
        guard let value = place.key else { return (["u.id \(comparison) ?"], [place.id]) }
        let key = sortKey(field)
        return (
            ["\(key) \(comparison) ?", "(\(key), u.id) \(comparison) (?, ?)"],
            [value, value, place.id]
        )
    }

    /// How many users are looked at to learn whether many begin with a text.
    private static let glimpse = 1_000
    /// How many users may begin with a text by each of their names so that all are found and sorted.
    private static let rare = 4_000

    /// The place at which a glimpse ends; nil if there are not so many users left.
    private func glimpseEnd(
        _ query: UserQuery,
        after start: Place?
    ) throws(MusterError) -> Place? {
        let (conditions, arguments): ([StatementText], [(any SQLiteArgument)?]) =
            start.map { Self.beyond($0, query.sort, isDescending: query.isDescending) } ?? ([], [])
        let id: Int64? = try row(
            """
            SELECT u.id
            FROM user AS u
            \(Self.filter(conditions))
            ORDER BY \(Self.order(query))
            LIMIT 1 OFFSET ?
            """,
            arguments + [Self.glimpse]
        ) { $0[0] }
        return try place(id.map(UserID.init(rawValue:)), query)
    }

    /// Whether few users begin with a text: each of their names is a range of an index, which is counted up to a limit.
    private func isRare(_ prefix: String) throws(MusterError) -> Bool {
        let ranges: [StatementText] = [
            "p.username >= ? AND p.username <= ?",
            """
            ifnull(p.name, p.username) COLLATE NOCASE >= ?
            AND ifnull(p.name, p.username) COLLATE NOCASE <= ?
            """,
            """
            ifnull(p.email, p.username) COLLATE NOCASE >= ?
            AND ifnull(p.email, p.username) COLLATE NOCASE <= ?
            """,
        ]
        for range in ranges {
            let count: Int? = try row(
                "SELECT count(*) FROM (SELECT p.id FROM user AS p WHERE \(range) LIMIT ?)",
                [prefix, prefix + Self.behindEveryText, Self.rare + 1]
            ) { $0[0] }
            if count ?? 0 > Self.rare { return false }
        }
        return true
    }

    func users(withEmail email: String) throws(MusterError) -> [User] {
        // SQLite ends a text at its first NUL; nothing that is kept has one.
        guard !email.utf8.contains(0) else { return [] }
        return try rows(
            """
            SELECT \(UserRow.columns)
            FROM user AS u
            WHERE ifnull(u.email, u.username) COLLATE NOCASE = ?
            ORDER BY u.id
            LIMIT ?
            """,
            [email, UserQuery.maximumLimit],
            decodeUser
        )
    }

    func userCount(_ query: UserQuery) throws(MusterError) -> Int {
        guard query.prefix?.utf8.contains(0) != true else { return 0 }
        let (conditions, arguments) = Self.conditions(query)
        return try row(
            "SELECT count(*) FROM user AS u \(Self.filter(conditions))",
            arguments
        ) { $0[0] } ?? 0
    }

    private static func conditions(
        _ query: UserQuery,
        _ way: Way = .found
    ) -> (texts: [StatementText], arguments: [(any SQLiteArgument)?]) {
        var texts: [StatementText] = []
        var arguments: [(any SQLiteArgument)?] = []
        if let group = query.group {
            texts.append("u.id IN (SELECT m.user_id FROM group_member AS m WHERE m.group_id = ?)")
            arguments.append(group.rawValue)
        }
        if let prefix = query.prefix {
            if case .found = way { texts.append(hasPrefix) } else { texts.append(beginsWith) }
            let bounds = [prefix, prefix + behindEveryText]
            arguments += bounds + bounds + bounds
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
    ) -> (text: StatementText, arguments: [(any SQLiteArgument)?]) {
        switch filter {
        case .role(let role): ("u.role = ?", [role.rawValue])
        case .enabled(let isEnabled): ("u.is_enabled = ?", [isEnabled])
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
                (u.sms_enabled = 0 AND u.email_enabled = 0
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

    private static func filter(_ conditions: [StatementText]) -> StatementText {
        conditions.isEmpty
            ? "" : "WHERE \(StatementText(joining: conditions, separator: " AND "))"
    }

    /// How many factors a user `u` has, after its columns; each part is found in an index.
    private static let factorCounts: StatementText = """
        , (SELECT count(*) FROM factor AS f
           WHERE f.user_id = u.id AND f.tries_left IS NULL AND f.secret_sealed IS NOT NULL),
        (SELECT count(*) FROM factor AS f
         WHERE f.user_id = u.id AND f.tries_left IS NULL AND f.credential_id IS NOT NULL),
        (SELECT count(*) FROM recovery_code AS r WHERE r.user_id = u.id)
        """

    /// Each part is a range of an index; the name and address shown are the username where none is set.
    private static let hasPrefix: StatementText = """
        u.id IN (
            SELECT p.id FROM user AS p
            WHERE p.username >= ? AND p.username <= ?
            UNION
            SELECT p.id FROM user AS p
            WHERE ifnull(p.name, p.username) COLLATE NOCASE >= ?
              AND ifnull(p.name, p.username) COLLATE NOCASE <= ?
            UNION
            SELECT p.id FROM user AS p
            WHERE ifnull(p.email, p.username) COLLATE NOCASE >= ?
              AND ifnull(p.email, p.username) COLLATE NOCASE <= ?
        )
        """

    /// The same of a user that is looked at; the signs keep SQLite from going to the ranges.
    private static let beginsWith: StatementText = """
        (+u.username >= ? AND +u.username <= ?
         OR +ifnull(u.name, u.username) COLLATE NOCASE >= ?
            AND +ifnull(u.name, u.username) COLLATE NOCASE <= ?
         OR +ifnull(u.email, u.username) COLLATE NOCASE >= ?
            AND +ifnull(u.email, u.username) COLLATE NOCASE <= ?)
        """

    /// What sorts after every continuation of a text: the last code point, as often as a field is long.
    private static let behindEveryText = String(repeating: "\u{10FFFF}", count: 128)

    private static func sortKey(_ field: UserQuery.SortField) -> StatementText {
        switch field {
        case .id: "u.id"
        case .username: "u.username"
        case .name: "ifnull(u.name, u.username) COLLATE NOCASE"
        case .email: "ifnull(u.email, u.username) COLLATE NOCASE"
        }
    }

    private func sortValue(of user: UserID, _ key: StatementText) throws(MusterError) -> String {
        let value: String? = try row(
            "SELECT \(key) FROM user AS u WHERE u.id = ?",
            [user.rawValue]
        ) { $0[0] }
        guard let value else {
            throw .invalid(
                "after",
                rule: "names a user who is gone; start again, or sort by id"
            )
        }
        return value
    }
}
