import MusterCore
import MusterSQL

/// A condition of a user `u` that is looked at, with its values.
///
/// The signs in front of columns keep SQLite from looking for an index: by which one users are come by is chosen here, not
/// there (<https://www.sqlite.org/optoverview.html>, section 2.1).
struct UserCondition {
    let text: StatementText
    var arguments: [(any SQLArgument)?] = []

    /// What all have to meet; nothing if there are none.
    static func all(_ conditions: [UserCondition]) -> UserCondition {
        guard !conditions.isEmpty else { return UserCondition(text: "") }
        return UserCondition(
            text: "WHERE \(StatementText(joining: conditions.map(\.text), separator: " AND "))",
            arguments: conditions.flatMap(\.arguments)
        )
    }

    /// All conditions of a query, wherever its pages begin.
    static func conditions(of query: UserQuery) -> [UserCondition] {
        var conditions: [UserCondition] = []
        if let group = query.group { conditions.append(belongs(to: group)) }
        if let prefix = query.prefix { conditions.append(begins(with: prefix)) }
        if let infix = query.infix { conditions.append(contains(infix)) }
        // Whoever has clues looks at whom the index finds by them.
        if !query.clues.isEmpty { conditions.append(UserCondition(text: "true")) }
        return conditions + query.filters.map(passes)
    }

    private static func belongs(to group: GroupID) -> UserCondition {
        UserCondition(
            text: """
                EXISTS (SELECT 1 FROM group_member AS m WHERE m.group_id = ? AND m.user_id = u.id)
                """,
            arguments: [group.rawValue]
        )
    }

    private static func begins(with prefix: String) -> UserCondition {
        let bounds = [prefix, prefix + behindEveryText]
        return UserCondition(
            text: """
                (+u.username >= ? AND +u.username <= ?
                 OR +ifnull(u.name, u.username) COLLATE NOCASE >= ?
                    AND +ifnull(u.name, u.username) COLLATE NOCASE <= ?
                 OR +ifnull(u.email, u.username) COLLATE NOCASE >= ?
                    AND +ifnull(u.email, u.username) COLLATE NOCASE <= ?)
                """,
            arguments: bounds + bounds + bounds
        )
    }

    /// What sorts after every continuation of a text: the last code point, as often as a field is long.
    static let behindEveryText = String(repeating: "\u{10FFFF}", count: 128)

    private static func contains(_ infix: String) -> UserCondition {
        // Of letters both fold those of ASCII, and no others.
        UserCondition(
            text: """
                (instr(lower(u.username), lower(?)) > 0
                 OR instr(lower(ifnull(u.name, '')), lower(?)) > 0
                 OR instr(lower(ifnull(u.email, '')), lower(?)) > 0)
                """,
            arguments: [infix, infix, infix]
        )
    }

    /// That a user `a` has one of some texts, or nearly: the end of one of its own and the beginning of another count as well.
    static func hasOne(of texts: [String]) -> UserCondition {
        let has: StatementText = """
            instr(lower(a.username || '|' || ifnull(a.name, '') || '|' || ifnull(a.email, '')), lower(?)) > 0
            """
        return UserCondition(
            text: "(\(StatementText(joining: texts.map { _ in has }, separator: " OR ")))",
            arguments: texts
        )
    }

    private static func passes(_ filter: UserFilter) -> UserCondition {
        switch filter {
        case .role(let role): UserCondition(text: "+u.role = ?", arguments: [role.rawValue])
        case .enabled(let isEnabled):
            UserCondition(text: "+u.is_enabled = ?", arguments: [isEnabled])
        case .expired(let moment):
            UserCondition(text: "+u.expires_at <= ?", arguments: [moment.rawValue])
        case .closed(let start, let end):
            UserCondition(
                text: "(+u.last_login_closing_at > ? AND +u.last_login_closing_at <= ?)",
                arguments: [start.rawValue, end.rawValue]
            )
        case .failed(let count, let start, let end):
            UserCondition(
                text: """
                    (+u.login_failure_count > ?
                     AND +u.last_login_failure_at > ? AND +u.last_login_failure_at <= ?)
                    """,
                arguments: [count, start.rawValue, end.rawValue]
            )
        case .noSecondFactor:
            UserCondition(
                text: "(+u.sms_enabled = 0 AND +u.email_enabled = 0 AND +u.factor_count = 0)"
            )
        case .unusedSince(let moment):
            UserCondition(
                text: """
                    (+u.created_at < ?
                     AND (u.last_login_at IS NULL OR +u.last_login_at < ?)
                     AND (u.last_key_use_at IS NULL OR +u.last_key_use_at < ?))
                    """,
                arguments: [moment.rawValue, moment.rawValue, moment.rawValue]
            )
        case .changed(let moment):
            UserCondition(text: "+u.changed_at >= ?", arguments: [moment.rawValue])
        case .keysUnusedSince(let moment):
            UserCondition(
                text: """
                    ((u.last_key_use_at IS NULL OR +u.last_key_use_at < ?)
                     AND EXISTS (
                         SELECT 1 FROM api_key AS k WHERE k.user_id = u.id AND +k.created_at < ?))
                    """,
                arguments: [moment.rawValue, moment.rawValue]
            )
        }
    }
}
