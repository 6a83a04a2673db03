import FoundationEssentials
import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func appendAuditEvent(_ event: AuditEvent) throws(MusterError) {
        try run(
            """
            INSERT INTO audit_event (
                event_id, at, action, is_failure,
                actor_kind, actor_uuid, actor_name,
                impersonated_kind, impersonated_uuid, impersonated_name,
                address, request_id,
                target_kind, target_uuid, target_name, fields, late_by
            )
            VALUES (
                ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                nullif(max(0, (SELECT max(at) FROM audit_event) - ?), 0)
            )
            """
        ) { places in
            places.bind(event)
            places.bind(event.at.rawValue)
        }
    }

    /// Adds an event to a copy of a directory in which it is not yet written how late events came: what brings the copy up
    /// to date writes that of all.
    func appendAuditEventAsBefore(_ event: AuditEvent) throws(MusterError) {
        try run(
            """
            INSERT INTO audit_event (
                event_id, at, action, is_failure,
                actor_kind, actor_uuid, actor_name,
                impersonated_kind, impersonated_uuid, impersonated_name,
                address, request_id,
                target_kind, target_uuid, target_name, fields
            )
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        ) { $0.bind(event) }
    }

    func appendAuditEvents(_ events: [AuditEvent]) throws(MusterError) {
        for event in events { try appendAuditEvent(event) }
    }

    func auditPage(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) throws(MusterError) -> AuditPage {
        var arms = try arms(of: query)
        var offset = query.offset
        if let position {
            for index in arms.indices {
                arms[index].begin(after: position.rawValue, isNewestFirst: query.isNewestFirst)
            }
        }
        if offset > AuditMarks.step, arms.count == 1, arms[0].isPure {
            arms[0] = try passing(offset, of: arms[0], isNewestFirst: query.isNewestFirst)
            offset = 0
        }
        let numbers = try numbers(
            of: arms,
            limit: query.limit,
            offset: offset,
            isNewestFirst: query.isNewestFirst
        )
        var events: [AuditEvent] = []
        events.reserveCapacity(numbers.count)
        for number in numbers {
            if let event = try event(number) { events.append(event) }
        }
        return AuditPage(events: events, end: numbers.last.map(AuditPosition.init(rawValue:)))
    }

    private func event(_ number: Int64) throws(MusterError) -> AuditEvent? {
        try row(
            """
            SELECT event_id, at, action, is_failure,
                   actor_kind, actor_uuid, actor_name,
                   impersonated_kind, impersonated_uuid, impersonated_name,
                   address, request_id,
                   target_kind, target_uuid, target_name, fields
            FROM audit_event
            WHERE id = ?
            """,
            [number],
            Self.decodeEvent
        )
    }
}

extension StatementPlaces {
    /// Puts an event into the next sixteen places.
    fileprivate mutating func bind(_ event: AuditEvent) {
        bind(event.id)
        bind(event.at.rawValue)
        bind(event.action.rawValue)
        bind(event.isFailure)
        bind(event.actor)
        bind(event.impersonated)
        bind(event.address)
        bind(event.requestID)
        bind(event.target)
        bind(AuditFieldText.encode(event.fields))
    }

    /// Puts a party into the next three places: kind, UUID and name.
    fileprivate mutating func bind(_ party: AuditParty?) {
        bind(party?.kind.rawValue)
        bind(party?.uuid)
        bind(party?.name)
    }
}
