import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// The list of users, and what is done with many of them.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /admin/users | a page of users |
/// | GET | /admin/users/list.csv | all who are found, as comma-separated values |
/// | POST | /admin/users/bulk | the question; what came of each |
struct UserListRoutes {
    /// How many users a page shows, all of which may be selected.
    private static let pageSize = 50

    private let front: ConsoleFront
    private let users: UserService
    private let groups: GroupService

    init(_ front: ConsoleFront) {
        self.front = front
        users = UserService(front.directory)
        groups = GroupService(front.directory)
    }

    var routes: [Route] {
        [
            front.page("/admin/users", show),
            front.page("/admin/users/list.csv", isList: true, showFile),
            front.form("/admin/users/bulk", asks: { $0["confirmed"] == nil }, bulk),
        ]
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireReader()
        let filters = filters(visit)
        var query = try query(visit, filters)
        let group = try await group(filters, by: principal)
        query.group = group?.id
        query.limit = UserListRoutes.pageSize + 1
        let found = try await users.pageInTurn(by: principal, query)
        let shown = Array(found.prefix(UserListRoutes.pageSize))
        let next =
            found.count > shown.count ? shown.last.map { link(filters, after: $0, visit) } : nil
        let (rule, now) = (visit.directory.rules.lockout, visit.frame.now)
        var page = UsersPage(filters, shown, next: next, group: group) {
            rule.locks($0.logins, at: now)
        }
        if visit.parts.consoleTools != nil { page.file = link(filters, after: nil, visit) }
        let response = ConsoleResponse.page(page.html(visit.frame))
        guard visit.isOn("cols") else { return response }
        let chosen = filters.columns.map(\.rawValue).joined(separator: ".")
        return response.settingCookie(
            ConsoleCookie.columns.setting(
                chosen.isEmpty ? "none" : chosen,
                lasting: 31_536_000,
                visit.call,
                front.parts.cookies
            )
        )
    }

    private func group(
        _ filters: UsersPage.Filters,
        by principal: Principal
    ) async throws(MusterError) -> Group? {
        guard let id = Int(digits: filters.group) else { return nil }
        return try await groups.details(.id(GroupID(rawValue: Int64(id))), by: principal)
    }

    /// All who are found, however many, in the columns that are shown.
    @Sendable private func showFile(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireReader()
        guard let tools = visit.parts.consoleTools else {
            throw MusterError(.requestNotFound, "Not Found")
        }
        let filters = filters(visit)
        var query = try query(visit, filters)
        query.group = try await group(filters, by: principal)?.id
        query.limit = UserListFile.batchSize
        let file = UserListFile(
            users: users,
            principal: principal,
            query: query,
            columns: filters.columns,
            texts: visit.frame.texts.users,
            lockout: visit.directory.rules.lockout,
            now: visit.frame.now,
            line: tools.csvLine,
            first: try await users.pageInTurn(by: principal, query)
        )
        let response = try Response.list(
            file,
            for: principal.user.id,
            type: "text/csv; charset=utf-8; header=present"
        )
        return response.saved(as: "users-\(visit.day).csv")
    }

    private func filters(_ visit: Visit) -> UsersPage.Filters {
        var filters = UsersPage.Filters()
        filters.search = visit.text("q")
        filters.role = visit.text("role")
        filters.state = visit.text("state")
        filters.group = visit.text("group")
        filters.sort = visit.items["sort"] ?? "username"
        filters.columns = columns(visit)
        return filters
    }

    /// The columns that are asked for, or were asked for last.
    private func columns(_ visit: Visit) -> [UserColumn] {
        let words: [String]
        if visit.isOn("cols") {
            words = visit.items.all("col")
        } else if let kept = ConsoleCookie.columns.value(in: visit.call.request.headers) {
            words = kept.utf8.split(separator: UInt8(ascii: ".")).map { String(Substring($0)) }
        } else {
            return UserColumn.usual
        }
        return UserColumn.allCases.filter { column in
            words.contains { $0.hasSameBytes(as: column.rawValue) }
        }
    }

    private func query(
        _ visit: Visit,
        _ filters: UsersPage.Filters
    ) throws(MusterError) -> UserQuery {
        var query = try visit.items.userQuery().query
        if visit.items["sort"] == nil { query.sort = .username }
        if !filters.role.isEmpty {
            query.filters.append(.role(try Role(word: filters.role, field: "role")))
        }
        let now = visit.frame.now
        switch ByteText(filters.state) {
        case "enabled": query.filters.append(.enabled(true))
        case "disabled": query.filters.append(.enabled(false))
        case "locked": query.filters.append(visit.directory.rules.lockout.filter(at: now))
        case "expired": query.filters.append(.expired(by: now))
        case "no-factor": query.filters.append(.noSecondFactor)
        case "unused": query.filters.append(.unusedSince(now.advanced(by: .zero - .days(90))))
        default: break
        }
        return query
    }

    /// The query of the page that follows a user; of all, where there is none.
    private func link(_ filters: UsersPage.Filters, after last: User?, _ visit: Visit) -> String {
        let values = [
            ("q", filters.search), ("role", filters.role), ("state", filters.state),
            ("group", filters.group), ("sort", filters.sort),
            ("after", last.map { "\($0.id.rawValue)" } ?? ""),
        ]
        return values.filter { !$0.1.isEmpty }
            .map { "\($0.0)=\(Frame.escapedInQuery($0.1))" }
            .joined(separator: "&")
    }

    @Sendable private func bulk(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireAdministrator()
        guard let action = BulkAction(rawValue: visit.text("action").head(40)) else {
            throw MusterError.invalid("action", "Choose what shall be done.")
        }
        let ids = visit.items.all("user").compactMap { Int(digits: $0) }
            .map { UserID(rawValue: Int64($0)) }
        guard !ids.isEmpty else {
            throw MusterError.invalid("user", visit.frame.texts.users.nobodySelected)
        }
        guard visit.isOn("confirmed") else {
            var selected: [User] = []
            for id in ids {
                do {
                    selected.append(try await users.look(at: .id(id), by: principal))
                } catch {
                    guard error.code == .userNotFound else { throw error }
                    continue
                }
            }
            let choices = action.isAboutGroup ? try await groups.list(by: principal) : []
            return ConsoleResponse.page(
                BulkPage.confirm(visit.frame, action, selected, groups: choices)
            )
        }
        let change = BulkChange(visit.directory, action, group: Int(digits: visit.text("group")))
        var outcomes: [BulkPage.Outcome] = []
        for id in ids { outcomes.append(try await change.make(on: id, by: principal)) }
        return ConsoleResponse.page(BulkPage.results(visit.frame, action, outcomes))
    }
}

extension Duration {
    /// So many days.
    static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
