import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// The list of users.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /admin/users | a page of users |
/// | GET | /admin/users/list.csv | all who are found, as comma-separated values |
struct UserListRoutes {
    /// How many users a page shows, all of which may be selected.
    private static let pageSize = 50
    /// Among how many groups one chooses in a list.
    private static let mostGroups = 200

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
        ]
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireReader()
        let filters = visit.userFilters()
        var query = try visit.userQuery(filters)
        let groups = try await groups(query.group, by: principal)
        query.limit = UserListRoutes.pageSize + 1
        let list = try await users.listInTurn(
            // Behind the first page nobody asks again how many there are.
            UserListRequest(.success(query), isCounted: query.after == nil),
            by: principal
        )
        let found = list.users
        let shown = Array(found.prefix(UserListRoutes.pageSize))
        let next = found.count > shown.count ? shown.last.map { filters.link(after: $0) } : nil
        let (rule, now) = (visit.directory.rules.lockout, visit.frame.now)
        var page = UsersPage(filters, shown, next: next, groups: groups) {
            rule.locks($0.logins, at: now)
        }
        page.total = list.total
        if visit.parts.consoleTools != nil { page.file = filters.link(after: nil) }
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

    /// The groups among which to choose: all where they are few, else the one that is looked for.
    ///
    /// - Throws: ``MusterError`` with code `group.not_found` if there is none of the number that is looked for.
    private func groups(
        _ chosen: GroupID?,
        by principal: Principal
    ) async throws(MusterError) -> [Group] {
        let all = try await groups.madeInTurn(by: principal)
        guard let chosen else { return all.count <= UserListRoutes.mostGroups ? all : [] }
        let one = try await groups.detailsInTurn(.id(chosen), by: principal)
        return all.count <= UserListRoutes.mostGroups ? all : [one]
    }

    /// All who are found, however many, in the columns that are shown.
    @Sendable private func showFile(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireReader()
        guard let tools = visit.parts.consoleTools else {
            throw MusterError(.requestNotFound, "Not Found")
        }
        let filters = visit.userFilters()
        var query = try visit.userQuery(filters)
        _ = try await groups(query.group, by: principal)
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
            for: principal.payer,
            type: "text/csv; charset=utf-8; header=present"
        )
        return response.saved(as: "users-\(visit.day).csv")
    }
}

extension Duration {
    /// So many days.
    static func days(_ count: Int) -> Duration { .seconds(count * 86_400) }
}
