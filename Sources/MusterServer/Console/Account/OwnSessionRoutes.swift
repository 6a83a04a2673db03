import Hummingbird
import MusterConsole
import MusterCore

/// One's own sessions.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET | /account/sessions | a list |
/// | POST | /account/sessions/end | one of them has ended |
/// | POST | /account/sessions/end-all | all have ended, the one in use, too |
struct OwnSessionRoutes {
    /// How many of one's last sign-ins are shown.
    private static let signInCount = 20

    private let front: ConsoleFront
    private let sessions: SessionService
    private let audit: AuditService

    init(_ front: ConsoleFront) {
        self.front = front
        audit = AuditService(front.directory)
        sessions = SessionService(front.directory)
    }

    var routes: [Route] {
        [
            front.page("/account/sessions", show),
            front.form("/account/sessions/end", end),
            front.form("/account/sessions/end-all", endAll),
        ]
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        let list = try await sessions.list(by: principal) {
            (user: .id(principal.user.id), limit: SessionLimits.perUser)
        }
        let events = try await SearchTurns.signIns.run(for: principal) {
            () async throws(MusterError) in
            try await audit.ownSignIns(by: principal, limit: OwnSessionRoutes.signInCount)
        }
        let page = OwnSessionsPage(
            principal.user,
            list.sessions,
            current: principal.sessionDigest,
            events: events
        )
        return ConsoleResponse.page(page.html(visit.frame))
    }

    @Sendable private func end(_ visit: Visit) async throws -> Response {
        try await sessions.revoke(SessionID(visit.text("session")), by: try visit.principal)
        return visit.done("/account/sessions", .sessionEnded)
    }

    @Sendable private func endAll(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try await sessions.revokeAll(of: .id(principal.user.id), by: principal)
        return visit.done("/sign-in", .sessionsEnded)
    }
}
