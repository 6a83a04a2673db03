import FoundationEssentials
import MusterCore
import MusterSQL

extension PostgresTransaction {
    private static let eventTypes: [PostgresType] = [
        .text, .bigint, .text, .boolean,
        .text, .uuid, .text,
        .text, .uuid, .text,
        .text, .text,
        .text, .uuid, .text, .text,
    ]

    private static let eventColumns: StatementText = """
        event_id, at, action, is_failure,
        actor_kind, actor_uuid, actor_name,
        impersonated_kind, impersonated_uuid, impersonated_name,
        address, request_id,
        target_kind, target_uuid, target_name, fields
        """

    private static func values(of event: AuditEvent) -> [(any SQLArgument)?] {
        [event.id, event.at.rawValue, event.action.rawValue, event.isFailure]
            + columns(of: event.actor) + columns(of: event.impersonated)
            + [event.address, event.requestID] + columns(of: event.target)
            + [AuditFieldText.encode(event.fields)]
    }

    func appendAuditEvent(_ event: AuditEvent) throws(MusterError) {
        try add(Self.values(of: event), by: Self.insertionOfEvent)
    }

    private static let insertionOfEvent = PostgresInsertion(
        one: """
            INSERT INTO audit_event (\(eventColumns))
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
        many: insertionOfEvents,
        types: eventTypes
    )

    private static let insertionOfEvents: StatementText = """
        INSERT INTO audit_event (\(eventColumns))
        SELECT \(eventColumns)
        FROM unnest(\(PostgresColumn.places(eventTypes))) WITH ORDINALITY AS event (\(eventColumns), place)
        ORDER BY place
        """

    func appendAuditEvents(_ events: [AuditEvent]) throws(MusterError) {
        try Self.inParts(events) { some throws(MusterError) in
            try add(
                Self.insertionOfEvents,
                PostgresColumn.columns(of: some.map(Self.values), Self.eventTypes)
            )
        }
    }

    /// A party's three columns: kind, UUID and name.
    private static func columns(of party: AuditParty?) -> [(any SQLArgument)?] {
        [party?.kind.rawValue, party?.uuid, party?.name]
    }
}
