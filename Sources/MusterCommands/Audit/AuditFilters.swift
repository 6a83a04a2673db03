import ArgumentParser
import Foundation
import MusterCore
import TextBytes
import WireJSON

/// The options that choose events.
struct AuditFilters: ParsableArguments, Sendable {
    /// One condition of the log's query.
    typealias Condition = (String, String?)

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
    /// - Throws: ``CommandError`` with status `notFound` where nobody has or had such a name, or there is no such
    ///   action.
    func conditions(from server: Server) async throws(CommandError) -> [Condition] {
        var conditions: [Condition] = []
        if let user { conditions.append(try await condition("actor", user, server)) }
        if let target { conditions.append(try await condition("target", target, server)) }
        if let action { conditions.append(try await condition(action, server)) }
        if let since, let moment = TimeText.moment(since, now: Date()) {
            conditions.append(("f", "date.gte:" + moment))
        }
        if let until, let moment = TimeText.moment(until, now: Date(), endsDay: true) {
            conditions.append(("f", "date.lte:" + moment))
        }
        return conditions
    }

    /// The log outlives those it speaks of: a UUID needs no user, and a name may be a former one.
    ///
    /// Digits and UUIDs that nobody has are names.
    private func condition(
        _ party: String,
        _ user: UserArgument,
        _ server: Server
    ) async throws(CommandError) -> Condition {
        let name: String
        switch user.form {
        case .id:
            name = user.text
            if let record = try await found(user, server) {
                let uuid = try server.expect(record, UserArgument.noun, "uuid").text("uuid")
                return ("f", "\(party)_id.eq:" + (uuid ?? ""))
            }
        case .uuid(let uuid):
            name = user.text
            let condition: Condition = ("f", "\(party)_id.eq:" + uuid.uuidString.lowercased())
            if try await hasEvents([condition], server) { return condition }
            if try await found(user, server) != nil { return condition }
        case .name(let text):
            name = text
        }
        let condition: Condition = ("f", "\(party)_name.eq:" + name)
        if try await hasEvents([condition], server) { return condition }
        guard case .name = user.form, try await found(user, server) != nil else {
            throw CommandError(
                .notFound,
                "Neither the directory nor the audit log has a user \(user.text)."
            )
        }
        return condition
    }

    /// The condition of an action; one that this program does not know may be in the log all the same.
    private func condition(
        _ action: String,
        _ server: Server
    ) async throws(CommandError) -> Condition {
        let condition: Condition = ("f", "action.eq:" + action)
        guard !AuditFilters.actions.contains(where: { $0.hasSameBytes(as: action) }),
            try await !hasEvents([condition], server)
        else { return condition }
        let close = Likeness.closest(to: action, in: AuditFilters.actions)
        let advice = close.map { " Did you mean \($0)?" } ?? ""
        throw CommandError(
            .notFound,
            "Neither this program nor the audit log has an action \(action.head(60)).\(advice)"
        )
    }

    private func hasEvents(
        _ conditions: [Condition],
        _ server: Server
    ) async throws(CommandError) -> Bool {
        try await AuditLog(server: server, conditions: conditions).total() > 0
    }

    /// The record of a user; nil if there is none.
    private func found(
        _ user: UserArgument,
        _ server: Server
    ) async throws(CommandError) -> JSONObject? {
        do throws(CommandError) {
            return try await server.user(user)
        } catch {
            guard error.status == .notFound else { throw error }
            return nil
        }
    }
}
