import FoundationEssentials
import MusterClient
import MusterCore
import TextBytes

extension AuditFilters {
    /// The log outlives those it speaks of: a UUID needs no user, and a name may be a former one.
    ///
    /// Digits and UUIDs that nobody has are names.
    func choose(
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
    func requireKnown(_ action: String, _ server: Server) async throws(CommandError) {
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
