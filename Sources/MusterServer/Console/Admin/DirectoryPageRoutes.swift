import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// What has happened, and what holds.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /admin/audit | events |
/// | GET | /admin/settings | the rules in force |
struct DirectoryPageRoutes {
    /// How many events a page of the log shows.
    private static let pageSize = 50

    private let front: ConsoleFront
    private let audit: AuditService

    init(_ front: ConsoleFront) {
        self.front = front
        audit = AuditService(front.directory)
    }

    var routes: [Route] {
        [
            front.page("/admin/audit", isList: true, showLog),
            front.page("/admin/settings") { visit in
                try visit.principal.require(.administrator)
                return ConsoleResponse.page(
                    SettingsPage.html(visit.frame, RuleRows.rows(visit))
                )
            },
        ]
    }

    @Sendable private func showLog(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.require(.administrator)
        let (filters, query) = query(visit)
        let position = Int(digits: visit.text("after")).map { AuditPosition(rawValue: Int64($0)) }
        var total: ListTotal?
        let page: AuditPage
        if let position {
            page = try await SearchTurns.audit.run(for: principal) {
                () async throws(MusterError) in
                try await audit.more(by: principal, query, after: position)
            }
        } else {
            (page, total) = try await SearchTurns.audit.run(for: principal) {
                () async throws(MusterError) in
                let found = try await audit.events(by: principal) { query }
                return (found.page, Optional(found.total))
            }
        }
        let next =
            page.events.count == query.limit ? page.end.map { link(filters, $0, visit) } : nil
        let shown = AuditLogPage(filters, page.events, total: total, next: next)
        return ConsoleResponse.page(shown.html(visit.frame))
    }

    private func query(_ visit: Visit) -> (AuditLogPage.Filters, AuditQuery) {
        var filters = AuditLogPage.Filters()
        var query = AuditQuery(limit: DirectoryPageRoutes.pageSize, isNewestFirst: true)
        filters.who = visit.state("who")
        filters.whom = visit.state("whom")
        filters.action = visit.text("action").head(TextLimit.word)
        if let name = short(filters.who) { query.conditions.append(.actorName(name)) }
        if let name = short(filters.whom) { query.conditions.append(.targetName(name)) }
        if !filters.action.isEmpty { query.conditions.append(.action(filters.action)) }
        filters.from = moment("from", .greaterOrEqual, visit, &query)
        filters.until = moment("until", .lessOrEqual, visit, &query)
        return (filters, query)
    }

    private func short(_ state: FieldState) -> String? {
        state.value.isEmpty || state.value.utf8.count > TextLimit.username ? nil : state.value
    }

    private func moment(
        _ name: String,
        _ comparison: AuditQuery.Comparison,
        _ visit: Visit,
        _ query: inout AuditQuery
    ) -> FieldState {
        let text = visit.text(name)
        guard !text.isEmpty else { return FieldState() }
        guard let moment = Timestamp(text: text) else {
            return FieldState(text, error: visit.frame.texts.audit.noMoment)
        }
        // Pages write no parts of a second: until one is until it is over.
        let isEnd = comparison == .lessOrEqual
        let bound = isEnd ? moment.advanced(by: .milliseconds(999)) : moment
        query.conditions.append(.date(comparison, bound))
        return FieldState(text)
    }

    private func link(
        _ filters: AuditLogPage.Filters,
        _ end: AuditPosition,
        _ visit: Visit
    ) -> String {
        let values = [
            ("who", filters.who.value), ("whom", filters.whom.value), ("action", filters.action),
            ("from", filters.from.value), ("until", filters.until.value),
            ("after", "\(end.rawValue)"),
        ]
        return values.filter { !$0.1.isEmpty }
            .map { "\($0.0)=\(Frame.escapedInQuery($0.1))" }
            .joined(separator: "&")
    }
}
