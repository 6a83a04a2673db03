import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// The directory as a whole.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /admin | figures |
/// | GET | /admin/audit | events |
/// | GET | /admin/settings | the rules in force |
struct DirectoryPageRoutes {
    /// How many events the overview looks at, and how many a page of the log shows.
    private static let (mostCounted, pageSize) = (10_000, 50)

    private let front: ConsoleFront
    private let users: UserService
    private let sessions: SessionService
    private let audit: AuditService

    init(_ front: ConsoleFront) {
        self.front = front
        users = UserService(front.directory)
        sessions = SessionService(front.directory)
        audit = AuditService(front.directory)
    }

    var routes: [Route] {
        [
            front.page("/admin", isList: true, overview),
            front.page("/admin/audit", isList: true, showLog),
            front.page("/admin/settings") { visit in
                try visit.principal.require(.administrator)
                return ConsoleResponse.page(
                    SettingsPage.html(
                        visit.frame,
                        RuleRows.rows(visit.directory.rules, visit.frame)
                    )
                )
            },
        ]
    }

    @Sendable private func overview(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireReader()
        let (t, now) = (visit.frame.texts.overview, visit.frame.now)
        let counted: [(String, [UserFilter], String)] = [
            (t.users, [], ""), (t.enabled, [.enabled(true)], "?state=enabled"),
            (t.disabled, [.enabled(false)], "?state=disabled"),
            (t.locked, [visit.directory.rules.lockout.filter(at: now)], "?state=locked"),
            (t.expired, [.expired(by: now)], "?state=expired"),
            (t.noFactor, [.noSecondFactor], "?state=no-factor"),
            (t.unused, [.unusedSince(now.advanced(by: .zero - .days(90)))], "?state=unused"),
        ]
        var figures: [OverviewPage.Figure] = []
        for (name, filters, query) in counted {
            let value = try await SearchTurns.users.run(for: principal) {
                () async throws(MusterError) in
                try await users.count(UserQuery(limit: 1, filters: filters), by: principal)
            }
            figures.append(OverviewPage.Figure(name, value, "/admin/users\(query)"))
        }
        if principal.isAdministrator {
            let list = try await sessions.list(by: principal) { (user: nil, limit: 1) }
            figures.append(OverviewPage.Figure(t.sessions, list.total, "/admin/sessions"))
        }
        let span = OverviewPage.Span(rawValue: visit.text("span").head(10)) ?? .day
        let isShown = principal.role == .administrator
        let told = isShown ? try await signIns(span, visit, principal) : nil
        let page = OverviewPage(
            figures,
            span,
            parts: told?.parts ?? [],
            reasons: told?.reasons ?? [],
            isPartial: told?.isPartial ?? false,
            version: front.parts.version
        )
        return ConsoleResponse.page(page.html(visit.frame))
    }

    /// What the log says of sign-ins, each kind of event up to a bound.
    private func signIns(
        _ span: OverviewPage.Span,
        _ visit: Visit,
        _ principal: Principal
    ) async throws(MusterError) -> SignInFigures {
        let start = visit.frame.now.advanced(by: .zero - span.length)
        let actions: [AuditAction] = [.sessionCreate, .authenticatePassword, .authenticateCode]
        var events: [AuditEvent] = []
        var isPartial = false
        for action in actions {
            let (page, total) = try await SearchTurns.audit.run(for: principal) {
                () async throws(MusterError) in
                try await audit.events(by: principal) {
                    AuditQuery(
                        conditions: [
                            .date(.greaterOrEqual, start), .action(action.rawValue),
                        ],
                        limit: DirectoryPageRoutes.mostCounted,
                        isNewestFirst: true
                    )
                }
            }
            events += page.events
            isPartial = isPartial || total.count > page.events.count
        }
        return SignInFigures(events, span, until: visit.frame.now, isPartial: isPartial)
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
        query.conditions.append(.date(comparison, moment))
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
