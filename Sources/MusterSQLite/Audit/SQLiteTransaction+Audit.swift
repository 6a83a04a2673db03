import FoundationEssentials
import MusterCore
import MusterSQL

extension SQLiteTransaction {
    func auditPage(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) throws(MusterError) -> AuditPage {
        try writeEvents()
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
