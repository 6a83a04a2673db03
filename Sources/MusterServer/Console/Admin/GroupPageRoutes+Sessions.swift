import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

extension GroupPageRoutes {
    /// How many sessions a page shows.
    private static let sessionCount = 100

    @Sendable func showSessions(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        try principal.requireAdministrator()
        let (limit, after) = (GroupPageRoutes.sessionCount, visit.text("after"))
        let shown: [OwnedSession]
        var total: Int?
        if after.isEmpty {
            // All of them are counted, which waits for its turn.
            let list = try await SearchTurns.users.run(for: principal) {
                () async throws(MusterError) in
                try await sessions.list(by: principal) { (user: nil, limit: limit) }
            }
            (shown, total) = (list.sessions, list.total)
        } else {
            guard let position = SessionPosition(after) else {
                throw MusterError.invalid(
                    "after",
                    rule: "has to be where a page of sessions has ended, not \(after.quoted(40))"
                )
            }
            shown = try await sessions.everybodys(after: position, limit: limit, by: principal)
        }
        var page = SessionsPage(shown, total: total, current: principal.sessionDigest)
        page.after = after
        if shown.count == limit, let last = shown.last {
            page.next = SessionPosition(last.session).text
        }
        return ConsoleResponse.page(page.html(visit.frame))
    }

    @Sendable func endSession(_ visit: Visit) async throws -> Response {
        try await sessions.revoke(SessionID(visit.text("session")), by: try visit.principal)
        let after = SessionPosition(visit.text("after")).map { "?after=\($0.text)" } ?? ""
        return visit.done("/admin/sessions\(after)", .sessionEnded)
    }
}
