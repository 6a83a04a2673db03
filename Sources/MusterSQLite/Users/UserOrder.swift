import MusterCore
import MusterSQL

/// The order of a list of users `u`, which an index keeps.
struct UserOrder {
    /// Where a user stands: what it is sorted by, if that is not the number, and the number.
    struct Place {
        let key: (any SQLArgument)?
        let id: Int64
    }

    /// Places that stand together, in ascending order.
    struct Range {
        /// The texts between which all of them are.
        let bounds: (String, String)
        let first: UserCondition
        let last: UserCondition
        let before: UserCondition
        let behind: UserCondition
    }

    let field: UserQuery.SortField
    let isDescending: Bool

    init(_ query: UserQuery) {
        field = query.sort
        isDescending = query.isDescending
    }

    /// By what users are sorted.
    var key: StatementText {
        switch field {
        case .id: "u.id"
        case .username: "u.username"
        case .name: "ifnull(u.name, u.username) COLLATE NOCASE"
        case .email: "ifnull(u.email, u.username) COLLATE NOCASE"
        case .changed: "u.changed_at"
        }
    }

    /// The index that has users in this order, as it is named after the table.
    var index: StatementText {
        switch field {
        case .id: "NOT INDEXED"
        case .username: "INDEXED BY sqlite_autoindex_user_2"
        case .name: "INDEXED BY user_by_name"
        case .email: "INDEXED BY user_by_email"
        case .changed: "INDEXED BY user_by_change"
        }
    }

    /// The key of a row's first column.
    func key(_ row: SQLiteRow) -> (any SQLArgument)? {
        field == .changed ? row[0] as Int64? : row[0] as String?
    }

    /// The places of those whom it sorts by a text that begins with another one, and of those before and behind them; nil if it
    /// does not sort by texts.
    func range(of text: String) -> Range? {
        guard field != .id, field != .changed else { return nil }
        let end = text + UserCondition.behindEveryText
        return Range(
            bounds: (text, end),
            first: UserCondition(text: "\(key) >= ?", arguments: [text]),
            last: UserCondition(text: "\(key) <= ?", arguments: [end]),
            before: UserCondition(text: "\(key) < ?", arguments: [text]),
            behind: UserCondition(text: "\(key) > ?", arguments: [end])
        )
    }

    /// The order itself; ties are broken by the number.
    var text: StatementText {
        let direction: StatementText = isDescending ? "DESC" : "ASC"
        return field == .id ? "u.id \(direction)" : "\(key) \(direction), u.id \(direction)"
    }

    /// What those meet who stand after a place.
    func beyond(_ place: Place) -> UserCondition {
        let comparison: StatementText = isDescending ? "<" : ">"
        guard let value = place.key else {
            return UserCondition(text: "u.id \(comparison) ?", arguments: [place.id])
        }
        // SQLite goes to a place in these indexes by the first of these, and by the second only past those who share its key:
        // nobody's name, few people's names and addresses, and the users of one transaction of an import.
        return UserCondition(
            text: "\(key) \(comparison)= ? AND (\(key), u.id) \(comparison) (?, ?)",
            arguments: [value, value, place.id]
        )
    }

    /// What those meet who stand behind all that are sorted by the same as a place; nil if that is the number.
    func past(_ place: Place) -> UserCondition? {
        guard let value = place.key else { return nil }
        let comparison: StatementText = isDescending ? "<" : ">"
        return UserCondition(text: "\(key) \(comparison) ?", arguments: [value])
    }

    /// What those meet who do not stand after a place.
    func upTo(_ place: Place) -> UserCondition {
        let comparison: StatementText = isDescending ? ">=" : "<="
        guard let value = place.key else {
            return UserCondition(text: "u.id \(comparison) ?", arguments: [place.id])
        }
        return UserCondition(
            text: "\(key) \(comparison) ? AND (\(key), u.id) \(comparison) (?, ?)",
            arguments: [value, value, place.id]
        )
    }
}
