import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

extension Visit {
    /// What is looked for in a list of users, as it was asked.
    func userFilters() -> UsersPage.Filters {
        var filters = UsersPage.Filters()
        filters.search = text("q")
        filters.role = text("role")
        filters.state = text("state")
        filters.group = text("group")
        filters.factor = text("factor")
        filters.unused = text("unused")
        filters.keys = text("keys")
        filters.expires = text("expires")
        filters.sort = items["sort"] ?? "username"
        filters.columns = userColumns()
        return filters
    }

    /// The columns that are asked for, or were asked for last.
    private func userColumns() -> [UserColumn] {
        let words: [String]
        if isOn("cols") {
            words = items.all("col")
        } else if let kept = ConsoleCookie.columns.value(in: call.request.headers) {
            words = kept.utf8.split(separator: UInt8(ascii: ".")).map { String(Substring($0)) }
        } else {
            return UserColumn.usual
        }
        return UserColumn.allCases.filter { column in
            words.contains { $0.hasSameBytes(as: column.rawValue) }
        }
    }

    /// What a store is asked for: all that is looked for has to hold.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the field.
    func userQuery(_ filters: UsersPage.Filters) throws(MusterError) -> UserQuery {
        var query = try items.userQuery(takesInfix: true).query
        if items["sort"] == nil { query.sort = .username }
        if !filters.role.isEmpty {
            query.filters.append(.role(try Role(word: filters.role, field: "role")))
        }
        query.group = try number("group").map { GroupID(rawValue: Int64($0)) }
        let now = frame.now
        switch ByteText(filters.state) {
        case "": break
        case "enabled": query.filters.append(.enabled(true))
        case "disabled": query.filters.append(.enabled(false))
        case "locked": query.filters.append(directory.rules.lockout.filter(at: now))
        default: throw unknown("state", "must be enabled, disabled or locked")
        }
        switch ByteText(filters.factor) {
        case "": break
        case "none": query.filters.append(.noSecondFactor)
        default: throw unknown("factor", "must be none")
        }
        if let days = try number("unused") {
            query.filters.append(.unusedSince(now.advanced(by: .zero - .days(days))))
        }
        if let days = try number("keys") {
            query.filters.append(.keysUnusedSince(now.advanced(by: .zero - .days(days))))
        }
        if filters.expires.hasSameBytes(as: "now") {
            query.filters.append(.expired(by: now))
        } else if let days = try number("expires") {
            query.filters.append(.expired(by: now.advanced(by: .days(days))))
        }
        return query
    }

    /// A number of a filter, such as days; nil if nothing is asked.
    private func number(_ name: String) throws(MusterError) -> Int? {
        let text = text(name)
        guard !text.isEmpty else { return nil }
        guard let number = Int(digits: text), number <= Int32.max else {
            throw unknown(name, "must be a whole number")
        }
        return number
    }

    private func unknown(_ name: String, _ rule: String) -> MusterError {
        .invalid(name, rule: "\(rule), not \(text(name).quoted(40))")
    }
}

extension UsersPage.Filters {
    /// The query of the page that follows a user; of all, if there is none.
    func link(after last: User?) -> String {
        (pairs + [("after", last.map { "\($0.id.rawValue)" } ?? "")])
            .filter { !$0.value.isEmpty }
            .map { "\($0.name)=\(Frame.escapedInQuery($0.value))" }
            .joined(separator: "&")
    }
}
