import ArgumentParser
import Foundation
import MusterCore
import WireJSON

/// The options that choose events.
struct AuditFilters: ParsableArguments, Sendable {
    /// The actions that there are, for completion.
    private static let actions = AuditAction.all.map(\.rawValue)

    @Option(
        help: ArgumentHelp(
            "Only what this user did: id, UUID or user name, also a former one.",
            valueName: "user"
        )
    )
    var user: UserArgument?

    @Option(
        help: ArgumentHelp(
            "Only what was done to this user: id, UUID or user name, also a former one.",
            valueName: "user"
        )
    )
    var target: UserArgument?

    @Option(
        help: ArgumentHelp(
            "Only this action, such as user.create, user.update or session.create.",
            valueName: "action"
        ),
        completion: .list(actions)
    )
    var action: String?

    @Option(
        help: ArgumentHelp(
            "Only from then on: 2026-01-31, 2026-01-31T12:00:00Z, or back from now: 30m, 2h, 7d.",
            valueName: "time"
        )
    )
    var since: String?

    @Option(
        help: ArgumentHelp(
            "Only up to then, and of a day all of it: as --since.",
            valueName: "time"
        )
    )
    var until: String?

    func validate() throws {
        for (name, text) in [("--since", since), ("--until", until)] {
            guard let text, TimeText.moment(text, now: Date()) == nil else { continue }
            throw ValidationError(TimeText.refusal(name, text))
        }
    }

    /// The filters, as the audit log's query takes them.
    ///
    /// - Throws: ``CommandError`` with status `notFound` where nobody has or had such a name.
    func conditions(from server: Server) async throws(CommandError) -> [(String, String?)] {
        var conditions: [(String, String?)] = []
        if let user { conditions.append(try await condition("actor", user, server)) }
        if let target { conditions.append(try await condition("target", target, server)) }
        if let action { conditions.append(("f", "action.eq:" + action)) }
        if let since, let moment = TimeText.moment(since, now: Date()) {
            conditions.append(("f", "date.gte:" + moment))
        }
        if let until, let moment = TimeText.moment(until, now: Date(), endsDay: true) {
            conditions.append(("f", "date.lte:" + moment))
        }
        return conditions
    }

    /// The log outlives those it speaks of: a UUID needs no user, and a name may be a former one.
    private func condition(
        _ party: String,
        _ user: UserArgument,
        _ server: Server
    ) async throws(CommandError) -> (String, String?) {
        if let uuid = UUID(uuidString: user.text) {
            return ("f", "\(party)_id.eq:" + uuid.uuidString.lowercased())
        }
        if user.text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return ("f", "\(party)_id.eq:" + (try await server.user(user).text("uuid") ?? ""))
        }
        let condition: (String, String?) = ("f", "\(party)_name.eq:" + user.text)
        do throws(CommandError) {
            _ = try await server.user(user)
        } catch {
            guard error.status == .notFound else { throw error }
            let log = AuditLog(server: server, conditions: [condition])
            guard try await log.total() > 0 else {
                throw CommandError(
                    .notFound,
                    "Neither the directory nor the audit log has a user \(user.text)."
                )
            }
        }
        return condition
    }
}
