import ArgumentParser
import FoundationEssentials
import MusterClient
import MusterCore
import TextBytes

/// The options that choose events.
struct AuditFilters: ParsableArguments, Sendable {
    /// What was done by somebody, or to somebody.
    fileprivate enum Party {
        case actor
        case target
    }

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

    /// The log outlives those it speaks of: a UUID needs no user, and a name may be a former one.
    ///
    /// Digits and UUIDs that nobody has are names.
    private func choose(
        _ party: Party,
        _ user: UserArgument,
        in filter: inout MusterClient.AuditFilter,
        _ server: Server
    ) async throws(CommandError) {
        let name: String
        switch user.form {
        case .id:
            name = user.text
            if let record = try await found(user, server),
                let uuid = UUID(uuidString: record.user.uuid)
            {
                filter = filter.with(party, id: uuid)
                return
            }
        case .uuid(let uuid):
            name = user.text
            let byID = MusterClient.AuditFilter().with(party, id: uuid)
            let isKnown = try await hasEvents(byID, server)
            if !isKnown, try await found(user, server) == nil { break }
            filter = filter.with(party, id: uuid)
            return
        case .name(let text):
            name = text
        }
        let byName = MusterClient.AuditFilter().with(party, name: name)
        if try await !hasEvents(byName, server) {
            guard case .name = user.form, try await found(user, server) != nil else {
                throw CommandError(
                    .notFound,
                    "Neither the directory nor the audit log has a user \(user.text)."
                )
            }
        }
        filter = filter.with(party, name: name)
    }

    /// Refuses an action that there is not; one that this program does not know may be in the log all the same.
    private func requireKnown(_ action: String, _ server: Server) async throws(CommandError) {
        var filter = MusterClient.AuditFilter()
        filter.action = action
        guard !AuditFilters.actions.contains(where: { $0.hasSameBytes(as: action) }),
            try await !hasEvents(filter, server)
        else { return }
        let close = Likeness.closest(to: action, in: AuditFilters.actions)
        let advice = close.map { " Did you mean \($0)?" } ?? ""
        throw CommandError(
            .notFound,
            "Neither this program nor the audit log has an action \(action.head(60)).\(advice)"
        )
    }

    private func hasEvents(
        _ filter: MusterClient.AuditFilter,
        _ server: Server
    ) async throws(CommandError) -> Bool {
        try await AuditLog(server: server, filter: filter).total() > 0
    }

    /// The record of a user; nil if there is none.
    private func found(
        _ user: UserArgument,
        _ server: Server
    ) async throws(CommandError) -> AccountRecord? {
        do throws(CommandError) {
            return try await server.user(user)
        } catch {
            guard error.status == .notFound else { throw error }
            return nil
        }
    }
}

extension MusterClient.AuditFilter {
    /// The filter with one condition more.
    fileprivate func with(_ party: AuditFilters.Party, id: UUID) -> Self {
        var filter = self
        switch party {
        case .actor: filter.actorID = id
        case .target: filter.targetID = id
        }
        return filter
    }

    /// The filter with one condition more.
    fileprivate func with(_ party: AuditFilters.Party, name: String) -> Self {
        var filter = self
        switch party {
        case .actor: filter.actorName = name
        case .target: filter.targetName = name
        }
        return filter
    }
}
