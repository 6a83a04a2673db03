import ArgumentParser
import Foundation
import WireJSON

/// The options that choose events.
struct AuditFilters: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Only what this user did.", valueName: "user"))
    var user: UserArgument?

    @Option(help: ArgumentHelp("Only what was done to this user.", valueName: "user"))
    var target: UserArgument?

    @Option(
        help: ArgumentHelp(
            "Only this action, such as user.create, user.update or session.create.",
            valueName: "action"
        )
    )
    var action: String?

    @Option(
        help: ArgumentHelp(
            "Only from then on: 2026-01-31, 2026-01-31T12:00:00Z, or back from now: 30m, 2h, 7d.",
            valueName: "time"
        )
    )
    var since: String?

    func validate() throws {
        guard let since, TimeText.moment(since, now: Date()) == nil else { return }
        throw ValidationError("--since takes 2026-01-31, 2026-01-31T12:00:00Z, 30m, 2h or 7d.")
    }

    /// The filters, as the audit log's query takes them.
    ///
    /// - Throws: ``CommandError`` with status `notFound` where there is no such user.
    func conditions(from server: Server) async throws(CommandError) -> [(String, String?)] {
        var conditions: [(String, String?)] = []
        if let user { conditions.append(("f", "actor_id.eq:" + (try await uuid(user, server)))) }
        if let target {
            conditions.append(("f", "target_id.eq:" + (try await uuid(target, server))))
        }
        if let action { conditions.append(("f", "action.eq:" + action)) }
        if let since, let moment = TimeText.moment(since, now: Date()) {
            conditions.append(("f", "date.gte:" + moment))
        }
        return conditions
    }

    /// Whoever is given by UUID may be gone: the log outlives those it speaks of.
    private func uuid(_ user: UserArgument, _ server: Server) async throws(CommandError) -> String {
        if let uuid = UUID(uuidString: user.text) { return uuid.uuidString.lowercased() }
        return try await server.user(user).text("uuid") ?? ""
    }
}
