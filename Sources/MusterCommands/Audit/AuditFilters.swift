import ArgumentParser
import FoundationEssentials
import MusterClient
import MusterCore

/// The options that choose events.
struct AuditFilters: ParsableArguments, Sendable {
    /// What was done by somebody, or to somebody.
    enum Party {
        case actor
        case target
    }

    /// The actions that there are, for completion.
    static let actions = AuditAction.all.map(\.rawValue)

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

    /// The filters, as the audit log takes them.
    ///
    /// - Throws: ``CommandError`` with status `notFound` where nobody has or had such a name, or there is no such
    ///   action.
    func filter(from server: Server) async throws(CommandError) -> MusterClient.AuditFilter {
        var filter = MusterClient.AuditFilter()
        if let user { try await choose(.actor, user, in: &filter, server) }
        if let target { try await choose(.target, target, in: &filter, server) }
        if let action {
            try await requireKnown(action, server)
            filter.action = action
        }
        filter.since = since.flatMap { TimeText.milliseconds($0, now: Date()) }
            .map(AuditFilters.second)
        // Up to then, which is a second, and all of it.
        filter.until = until.flatMap { TimeText.milliseconds($0, now: Date(), endsDay: true) }
            .map { AuditFilters.second($0) + 1000 }
        return filter
    }

    /// The beginning of the second: events are shown to the second, and are found by what is shown.
    private static func second(_ milliseconds: Int64) -> Int64 {
        milliseconds - milliseconds % 1000
    }
}
