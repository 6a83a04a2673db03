import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// How the directory fares.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /admin | figures, sign-ins, the health of the store |
struct OverviewRoutes {
    /// How many events of each kind the overview looks at.
    private static let mostCounted = 10_000

    private let front: ConsoleFront
    private let counts: OverviewCounts
    private let readiness: Readiness
    private let sessions: SessionService
    private let audit: AuditService

    init(_ front: ConsoleFront) {
        self.front = front
        counts = OverviewCounts(front.directory)
        readiness = Readiness(front.directory)
        sessions = SessionService(front.directory)
        audit = AuditService(front.directory)
    }

    var routes: [Route] { [front.page("/admin", isList: true, show)] }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireReader()
        let span = OverviewPage.Span(rawValue: visit.text("span").head(10)) ?? .day
        let kinds = OverviewRoutes.kinds(visit)
        let counted = try await counts.counts(
            by: principal,
            of: kinds.map(\.filters),
            at: visit.frame.now
        )
        var figures = kinds.enumerated().map { place, kind in
            let value = counted.map { $0.values[place] }
            return OverviewPage.Figure(kind.name, value, "/admin/users\(kind.query)")
        }
        if principal.isAdministrator {
            // All of them are counted, which waits for its turn.
            let list = try await SearchTurns.users.run(for: principal) {
                () async throws(MusterError) in
                try await sessions.list(by: principal) { (user: nil, limit: 1) }
            }
            let name = visit.frame.texts.overview.sessions
            figures.append(OverviewPage.Figure(name, list.total, "/admin/sessions"))
        }
        var page = OverviewPage(figures, span, version: front.parts.version)
        page.countedAt = counted?.at
        if principal.role == .administrator {
            let events = try await signIns(span, visit, principal)
            page.signIns = SignInFigures(events, span, until: visit.frame.now).told
            page.health = await health(lastBackup: events.lastBackup)
        }
        return ConsoleResponse.page(page.html(visit.frame))
    }

    /// What is counted: its name, who belongs to it, and the query of their list.
    private static func kinds(
        _ visit: Visit
    ) -> [(name: String, filters: [UserFilter], query: String)] {
        let (t, now) = (visit.frame.texts.overview, visit.frame.now)
        let quarter = now.advanced(by: .zero - .days(90))
        return [
            (t.users, [], ""), (t.enabled, [.enabled(true)], "?state=enabled"),
            (t.disabled, [.enabled(false)], "?state=disabled"),
            (t.locked, [visit.directory.rules.lockout.filter(at: now)], "?state=locked"),
            (t.expired, [.expired(by: now)], "?expires=now"),
            (t.noFactor, [.noSecondFactor], "?factor=none"),
            (t.unused, [.unusedSince(quarter)], "?unused=90"),
            (t.unusedKeys, [.keysUnusedSince(quarter)], "?keys=90"),
        ]
    }

    /// What the log says of sign-ins, each kind of event up to a bound.
    private func signIns(
        _ span: OverviewPage.Span,
        _ visit: Visit,
        _ principal: Principal
    ) async throws(MusterError) -> SignInEvents {
        let start = visit.frame.now.advanced(by: .zero - span.length)
        return try await SearchTurns.audit.run(for: principal) { () async throws(MusterError) in
            try await audit.signIns(
                by: principal,
                since: start,
                limit: OverviewRoutes.mostCounted
            )
        }
    }

    private func health(lastBackup: Timestamp?) async -> OverviewPage.Health {
        let (free, files) = await MachineFigures.ofStore(front.directory)
        return OverviewPage.Health(
            findings: await readiness.failed().map(\.advice),
            databaseBytes: files?.databaseBytes,
            logBytes: files?.logBytes,
            freeBytes: free,
            lastBackup: lastBackup,
            offersBackup: front.parts.consoleTools.map { $0.backup != nil } ?? true
        )
    }
}
