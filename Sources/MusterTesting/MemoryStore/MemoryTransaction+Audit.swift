import MusterCore
import TextBytes

extension MemoryTransaction {
    func appendAuditEvent(_ event: AuditEvent) throws(MusterError) {
        state.auditEvents.append(event)
    }

    func appendAuditEvents(_ events: [AuditEvent]) throws(MusterError) {
        state.auditEvents += events
    }

    func auditPage(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) throws(MusterError) -> AuditPage {
        let met = state.auditEvents.enumerated().filter { meets($0.element, query) }
        let ordered = query.isNewestFirst ? met.reversed() : met
        let following = ordered.filter { event in
            guard let position else { return true }
            return query.isNewestFirst
                ? event.offset < position.rawValue : event.offset > position.rawValue
        }
        let found = following.dropFirst(query.offset).prefix(query.limit)
        return AuditPage(
            events: found.map(\.element),
            end: found.last.map { AuditPosition(rawValue: Int64($0.offset)) }
        )
    }

    func auditEventCount(
        _ query: AuditQuery,
        exactUpTo limit: Int
    ) throws(MusterError) -> ListTotal {
        ListTotal(state.auditEvents.count { meets($0, query) })
    }

    private func meets(_ event: AuditEvent, _ query: AuditQuery) -> Bool {
        guard !query.conditions.isEmpty else { return true }
        return query.matchesAny
            ? query.conditions.contains { meets(event, $0) }
            : query.conditions.allSatisfy { meets(event, $0) }
    }

    private func meets(_ event: AuditEvent, _ condition: AuditQuery.Condition) -> Bool {
        switch condition {
        case .date(.less, let at): event.at < at
        case .date(.lessOrEqual, let at): event.at <= at
        case .date(.greater, let at): event.at > at
        case .date(.greaterOrEqual, let at): event.at >= at
        case .during(let start, let end): event.at >= start && event.at < end
        case .actorName(let name): isOrWas(event.actor, name)
        case .targetName(let name): isOrWas(event.target, name)
        case .actor(let uuid): event.actor?.uuid == uuid
        case .target(let uuid): event.target?.uuid == uuid
        case .action(let name): event.action.rawValue == name
        }
    }

    /// Whether a party had a login name when the event was written, or has it now.
    private func isOrWas(_ party: AuditParty?, _ name: String) -> Bool {
        guard let party, party.kind == .user else { return false }
        let now = state.users.values.first { $0.username.text.hasSameFoldedBytes(as: name) }
        return party.name.hasSameFoldedBytes(as: name)
            || now != nil && now?.uuid == party.uuid
    }
}
