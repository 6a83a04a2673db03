import MusterCore
import MusterSQL

/// How far users who have a text are looked for.
struct TextTurns {
    /// As many who begin with it are found at once, in the ranges of three indexes.
    var few = ListTotal.usualLimit
    /// Where there are more, as many users are looked at in the order of the list.
    var window = 20_000
    /// As many are looked at before all who contain it are found by their pieces, so that a text that everybody has fills a page at
    /// once.
    var glimpse = 2_000
}

extension PostgresTransaction {
    /// A page of users who begin with a text; nil where many do, and most of them stand far from where it begins.
    ///
    /// To find all who begin with a text that everybody shares, and to sort them, would take seconds for ten of them.
    func users(
        _ query: UserQuery,
        beginningWith prefix: String
    ) throws(MusterError) -> [User]? {
        let bounds = Self.bounds(prefix)
        let found = try rows(
            "SELECT id FROM (\(Self.beginnings)) AS found LIMIT ?::bigint",
            Self.arguments(bounds, upTo: textTurns.few + 1) + [textTurns.few + 1]
        ) { $0[0] as Int64 }
        if found.count <= textTurns.few {
            var rest = query
            rest.prefix = nil
            let (texts, arguments) = Self.conditions(rest)
            return try users(
                query,
                keptBy: (texts + ["u.id = ANY (?::bigint[])"], arguments + [PostgresArray(found)])
            )
        }
        return try next(query, of: textTurns.window)
    }

    /// Those of the next users in the order of a list who meet its conditions; nil if they do not fill its page.
    func next(_ query: UserQuery, of window: Int) throws(MusterError) -> [User]? {
        let key = Self.sortKey(query.sort)
        let after = try place(query)
        let (texts, arguments) = Self.conditions(query, ofEach: true)
        let page = try rows(
            """
            SELECT \(UserRow.columns)\(query.readsFactors ? Self.factorCounts : "")
            FROM (
                SELECT u.*, \(key) AS sort_key
                FROM "user" AS u
                \(Self.filter(after.map { [$0.text] } ?? []))
                ORDER BY \(Self.order(query, by: key))
                LIMIT ?::bigint
            ) AS u
            \(Self.filter(texts))
            ORDER BY \(Self.order(query, by: "u.sort_key"))
            LIMIT ?::bigint OFFSET ?::bigint
            """,
            (after?.arguments ?? []) + [window] + arguments + [query.limit, query.offset]
        ) { try decodeUser($0, for: query) }
        return page.count == query.limit ? page : nil
    }

    /// How many users begin with a text, counted no further than a limit.
    func userCount(
        beginningWith prefix: String,
        upTo limit: Int
    ) throws(MusterError) -> Int {
        try row(
            "SELECT count(*) FROM (\(Self.beginnings)) AS found",
            Self.arguments(Self.bounds(prefix), upTo: limit)
        ) { $0[0] } ?? 0
    }

    /// From where to where texts begin with another.
    static func bounds(_ prefix: String) -> [String] { [prefix, prefix + behindEveryText] }

    /// What stands in the places of ``beginnings``.
    private static func arguments(_ bounds: [String], upTo limit: Int) -> [(any SQLArgument)?] {
        var arguments: [(any SQLArgument)?] = []
        for _ in 1...3 { arguments += bounds + [limit] }
        return arguments
    }

    /// The numbers of those who begin with a text, no more than a limit of each index.
    ///
    /// In the order of the index, so that the engine goes along it and stops.
    private static let beginnings: StatementText = """
        (SELECT p.id FROM "user" AS p
         WHERE lower(p.username) >= lower(? COLLATE "C") AND lower(p.username) <= lower(? COLLATE "C")
         ORDER BY lower(p.username) LIMIT ?::bigint)
        UNION
        (SELECT p.id FROM "user" AS p
         WHERE lower(coalesce(p.name, p.username)) >= lower(? COLLATE "C")
           AND lower(coalesce(p.name, p.username)) <= lower(? COLLATE "C")
         ORDER BY lower(coalesce(p.name, p.username)), p.id LIMIT ?::bigint)
        UNION
        (SELECT p.id FROM "user" AS p
         WHERE lower(coalesce(p.email, p.username)) >= lower(? COLLATE "C")
           AND lower(coalesce(p.email, p.username)) <= lower(? COLLATE "C")
         ORDER BY lower(coalesce(p.email, p.username)), p.id LIMIT ?::bigint)
        """

    /// Each part is a range of an index; the name and address shown are the username where none is set.
    static let hasPrefix: StatementText = """
        u.id IN (
            SELECT p.id FROM "user" AS p
            WHERE lower(p.username) >= lower(? COLLATE "C") AND lower(p.username) <= lower(? COLLATE "C")
            UNION
            SELECT p.id FROM "user" AS p
            WHERE lower(coalesce(p.name, p.username)) >= lower(? COLLATE "C")
              AND lower(coalesce(p.name, p.username)) <= lower(? COLLATE "C")
            UNION
            SELECT p.id FROM "user" AS p
            WHERE lower(coalesce(p.email, p.username)) >= lower(? COLLATE "C")
              AND lower(coalesce(p.email, p.username)) <= lower(? COLLATE "C")
        )
        """

    /// The same of one user who is looked at.
    static let begins: StatementText = """
        (lower(u.username) >= lower(? COLLATE "C") AND lower(u.username) <= lower(? COLLATE "C")
         OR lower(coalesce(u.name, u.username)) >= lower(? COLLATE "C")
            AND lower(coalesce(u.name, u.username)) <= lower(? COLLATE "C")
         OR lower(coalesce(u.email, u.username)) >= lower(? COLLATE "C")
            AND lower(coalesce(u.email, u.username)) <= lower(? COLLATE "C"))
        """

    /// What sorts after every continuation of a text: the last code point, as often as a field is long.
    private static let behindEveryText = String(repeating: "\u{10FFFF}", count: 128)
}
