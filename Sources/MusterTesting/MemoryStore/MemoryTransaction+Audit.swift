import MusterCore

extension MemoryTransaction {
    func appendAuditEvent(_ event: AuditEvent) throws(MusterError) {
        state.auditEvents.append(event)
    }

    func auditEvents(_ query: AuditQuery) throws(MusterError) -> [AuditEvent] {
        let events = state.auditEvents.filter { Self.meets($0, query) }
        let ordered = query.isNewestFirst ? events.reversed() : events
        return Array(ordered.dropFirst(query.offset).prefix(query.limit))
    }

    func auditEventCount(_ query: AuditQuery) throws(MusterError) -> Int {
        state.auditEvents.count { Self.meets($0, query) }
    }

    private static func meets(_ event: AuditEvent, _ query: AuditQuery) -> Bool {
        guard !query.conditions.isEmpty else { return true }
        return query.matchesAny
            ? query.conditions.contains { meets(event, $0) }
            : query.conditions.allSatisfy { meets(event, $0) }
    }

    private static func meets(_ event: AuditEvent, _ condition: AuditQuery.Condition) -> Bool {
        switch condition {
        case .date(.less, let at): event.at < at
        case .date(.lessOrEqual, let at): event.at <= at
        case .date(.greater, let at): event.at > at
        case .date(.greaterOrEqual, let at): event.at >= at
        case .actor(let uuid): event.actor?.uuid == uuid
        case .target(let uuid): event.target?.uuid == uuid
        case .action(let name): event.action.rawValue == name
        }
    }
}
