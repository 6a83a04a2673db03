import MusterCore
import MusterSQL

/// Those users who alone can meet one of a query's conditions, as indexes have them.
struct UserArm {
    /// Statements of their numbers, `id`, each of which goes along an index; one of them has a user, or several.
    let parts: [UserCondition]
    /// Whether all of them meet the condition, so that their rows need not be read.
    var isExact = true
    /// The same in the order of their numbers; nil if no index has them so.
    var stream: UserStream?
    /// Statements of these and of others, which the rows tell apart; none if there are no others.
    ///
    /// They may be of more users, but are sooner gone through.
    var wider: [UserCondition] = []
    /// The runs that they have in the index of texts; nil if they are not found by any.
    var runs: UserRuns?
    /// Their numbers, where these are known.
    var numbers: Set<Int64>?

    /// The arms of a query, one for each of its conditions.
    static func arms(of query: UserQuery) -> [UserArm] {
        var arms: [UserArm] = []
        if let group = query.group { arms.append(members(of: group)) }
        if let prefix = query.prefix { arms.append(begins(with: prefix)) }
        if let infix = query.infix { arms.append(contains(UserRuns(of: infix), besides: unknown)) }
        if !query.clues.isEmpty {
            let runs = UserRuns(query.clues)
            arms.append(contains(runs, besides: unknown(having: runs)))
        }
        return arms + query.filters.map(passes)
    }

    /// The statement of all, each once.
    var text: StatementText { StatementText(joining: parts.map(\.text), separator: "\nUNION\n") }

    /// What stands in the places of ``text``.
    var arguments: [(any SQLArgument)?] { parts.flatMap(\.arguments) }

    private static func members(of group: GroupID) -> UserArm {
        UserArm(
            parts: [
                UserCondition(
                    text: "SELECT m.user_id AS id FROM group_member AS m WHERE m.group_id = ?",
                    arguments: [group.rawValue]
                )
            ],
            stream: UserStream(
                source: "group_member AS m",
                number: "m.user_id",
                condition: UserCondition(text: "m.group_id = ?", arguments: [group.rawValue]),
                isExact: true
            )
        )
    }

    /// The name and address shown are the username where none is set.
    private static func begins(with prefix: String) -> UserArm {
        let bounds = [prefix, prefix + UserCondition.behindEveryText]
        let ranges: [StatementText] = [
            """
            SELECT a.id AS id FROM user AS a INDEXED BY sqlite_autoindex_user_2
            WHERE a.username >= ? AND a.username <= ?
            """,
            """
            SELECT a.id AS id FROM user AS a INDEXED BY user_by_name
            WHERE ifnull(a.name, a.username) COLLATE NOCASE >= ?
              AND ifnull(a.name, a.username) COLLATE NOCASE <= ?
            """,
            """
            SELECT a.id AS id FROM user AS a INDEXED BY user_by_email
            WHERE ifnull(a.email, a.username) COLLATE NOCASE >= ?
              AND ifnull(a.email, a.username) COLLATE NOCASE <= ?
            """,
        ]
        var arm = UserArm(parts: ranges.map { UserCondition(text: $0, arguments: bounds) })
        if prefix.unicodeScalars.count >= UserQuery.minimumInfix {
            let runs = UserRuns(of: prefix)
            arm.wider = contains(runs, besides: unknown).parts
            arm.stream = texts(runs, besides: unknown)
            arm.stream?.isTight = false
        }
        return arm
    }

    /// Those who have some runs of three characters, and those of others whom the index does not know.
    ///
    /// - Parameters:
    ///   - runs: The runs.
    ///   - others: Statements of the others.
    /// - Returns: The arm.
    static func contains(_ runs: UserRuns, besides others: [UserCondition]) -> UserArm {
        UserArm(
            parts: [
                UserCondition(
                    text: "SELECT t.rowid AS id FROM user_text AS t WHERE t.user_text MATCH ?",
                    arguments: [runs.expression]
                )
            ] + others,
            isExact: false,
            stream: texts(runs, besides: others),
            runs: runs
        )
    }

    private static func texts(_ runs: UserRuns, besides others: [UserCondition]) -> UserStream {
        UserStream(
            source: "user_text AS t",
            number: "t.rowid",
            condition: UserCondition(
                text: "t.user_text MATCH ?",
                arguments: [runs.expression]
            ),
            others: others
        )
    }

    /// Those of whose texts the index does not know what they are now.
    private static var unknown: [UserCondition] {
        [
            UserCondition(text: "SELECT f.user_id AS id FROM user_text_former AS f"),
            UserCondition(
                text: """
                    SELECT a.id AS id FROM user AS a NOT INDEXED
                    WHERE a.id > (SELECT s.indexed_to FROM user_search AS s)
                    """
            ),
        ]
    }

    /// The same, of those of them who have a text of the list that has the fewest.
    static func unknown(having runs: UserRuns) -> [UserCondition] {
        guard let texts = runs.plainest, let last = texts.last else { return unknown }
        // One place, two or four, so that there are few statements.
        let places = [1, 2].first { texts.count <= $0 } ?? UserRuns.plainTexts
        let padded = texts + Array(repeating: last, count: places - texts.count)
        let hasOne = UserCondition.hasOne(of: padded)
        return [
            UserCondition(
                text: """
                    SELECT a.id AS id
                    FROM user_text_former AS f CROSS JOIN user AS a ON a.id = f.user_id
                    WHERE \(hasOne.text)
                    """,
                arguments: hasOne.arguments
            ),
            UserCondition(
                text: """
                    SELECT a.id AS id FROM user AS a NOT INDEXED
                    WHERE a.id > (SELECT s.indexed_to FROM user_search AS s) AND \(hasOne.text)
                    """,
                arguments: hasOne.arguments
            ),
        ]
    }

    private static func passes(_ filter: UserFilter) -> UserArm {
        switch filter {
        case .role(let role):
            along("user_by_state", "a.is_enabled IN (0, 1) AND a.role = ?", [role.rawValue])
        case .enabled(let isEnabled): along("user_by_state", "a.is_enabled = ?", [isEnabled])
        case .expired(let moment): along("user_expiring", "a.expires_at <= ?", [moment.rawValue])
        case .closed(let start, let end):
            along(
                "user_closed",
                "a.last_login_closing_at > ? AND a.last_login_closing_at <= ?",
                [start.rawValue, end.rawValue]
            )
        case .failed(_, let start, let end):
            along(
                "user_failed",
                """
                a.login_failure_count > 0
                AND a.last_login_failure_at > ? AND a.last_login_failure_at <= ?
                """,
                [start.rawValue, end.rawValue],
                isExact: false
            )
        case .noSecondFactor:
            along(
                "user_without_factor",
                "a.sms_enabled = 0 AND a.email_enabled = 0 AND a.factor_count = 0",
                []
            )
        case .unusedSince(let moment):
            along(
                "user_by_last_use",
                """
                max(a.created_at, ifnull(a.last_login_at, a.created_at),
                    ifnull(a.last_key_use_at, a.created_at)) < ?
                """,
                [moment.rawValue]
            )
        case .changed(let moment): along("user_by_change", "a.changed_at >= ?", [moment.rawValue])
        case .keysUnusedSince(let moment):
            UserArm(
                parts: [
                    UserCondition(
                        text: """
                            SELECT k.user_id AS id FROM api_key AS k INDEXED BY api_key_by_age
                            WHERE k.created_at < ?
                            """,
                        arguments: [moment.rawValue]
                    )
                ],
                isExact: false
            )
        }
    }

    private static func along(
        _ index: StatementText,
        _ seek: StatementText,
        _ arguments: [(any SQLArgument)?],
        isExact: Bool = true
    ) -> UserArm {
        let text: StatementText =
            "SELECT a.id AS id FROM user AS a INDEXED BY \(index) WHERE \(seek)"
        return UserArm(
            parts: [UserCondition(text: text, arguments: arguments)],
            isExact: isExact
        )
    }
}
