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

    func auditPage(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) throws(MusterError) -> AuditPage {
        let (filter, arguments) = Self.filter(query, after: position)
        let direction: StatementText = query.isNewestFirst ? "DESC" : "ASC"
        let found = try rows(
            """
            SELECT event_id, at, action, is_failure,
                   actor_kind, actor_uuid, actor_name,
                   impersonated_kind, impersonated_uuid, impersonated_name,
                   address, request_id,
                   target_kind, target_uuid, target_name, fields, id
            FROM audit_event
            \(filter)
            ORDER BY id \(direction)
            LIMIT ?::bigint OFFSET ?::bigint
            """,
            arguments + [query.limit, query.offset]
        ) { row in (event: Self.decodeEvent(row), at: AuditPosition(rawValue: row[16])) }
        return AuditPage(events: found.map(\.event), end: found.last?.at)
    }

    /// Exactly, however many there are.
    func auditEventCount(
        _ query: AuditQuery,
        exactUpTo limit: Int
    ) throws(MusterError) -> ListTotal {
        let (filter, arguments) = Self.filter(query)
        let count: Int =
            try row("SELECT count(*) FROM audit_event \(filter)", arguments) { $0[0] } ?? 0
        return ListTotal(count)
    }

    /// The conditions of a query, of events after a position where there is one.
    private static func filter(
        _ query: AuditQuery,
        after position: AuditPosition? = nil
    ) -> (StatementText, [(any SQLArgument)?]) {
        let (met, arguments) = conditions(of: query)
        guard let position else {
            return (query.conditions.isEmpty ? "" : "WHERE \(met)", arguments)
        }
        let behind: StatementText = query.isNewestFirst ? "id < ?" : "id > ?"
        return ("WHERE \(behind) AND (\(met))", [position.rawValue] + arguments)
    }

    /// The conditions of a query; without any, one that every event meets.
    private static func conditions(
        of query: AuditQuery
    ) -> (StatementText, [(any SQLArgument)?]) {
        guard !query.conditions.isEmpty else { return ("true", []) }
        var arguments: [(any SQLArgument)?] = []
        let parts: [StatementText] = query.conditions.map { condition in
            switch condition {
            case .date(let comparison, let at):
                arguments.append(at.rawValue)
                return dateCondition(comparison)
            case .during(let start, let end):
                arguments += [start.rawValue, end.rawValue]
                return "(at >= ? AND at < ?)"
            case .actorName(let name):
                guard !name.utf8.contains(0) else { return "false" }
                arguments += [name, name]
                return """
                    (actor_kind = 'User' AND lower(actor_name) = lower(? COLLATE "C")
                     OR actor_uuid = (SELECT u.uuid FROM "user" AS u WHERE lower(u.username) = lower(? COLLATE "C")))
                    """
            case .targetName(let name):
                guard !name.utf8.contains(0) else { return "false" }
                arguments += [name, name]
                return """
                    (target_kind = 'User' AND lower(target_name) = lower(? COLLATE "C")
                     OR target_uuid = (SELECT u.uuid FROM "user" AS u WHERE lower(u.username) = lower(? COLLATE "C")))
                    """
            case .actor(let uuid):
                arguments.append(uuid)
                return "actor_uuid = ?"
            case .target(let uuid):
                arguments.append(uuid)
                return "target_uuid = ?"
            case .action(let name):
                // The engine refuses a text with a NUL; no action has one.
                guard !name.utf8.contains(0) else { return "false" }
                arguments.append(name)
                return "action = ?"
            }
        }
        let glue: StatementText = query.matchesAny ? " OR " : " AND "
        return (StatementText(joining: parts, separator: glue), arguments)
    }

    private static func dateCondition(_ comparison: AuditQuery.Comparison) -> StatementText {
        switch comparison {
        case .less: "at < ?"
        case .lessOrEqual: "at <= ?"
        case .greater: "at > ?"
        case .greaterOrEqual: "at >= ?"
        }
    }

    /// A party's three columns: kind, UUID and name.
    private static func columns(of party: AuditParty?) -> [(any SQLArgument)?] {
        [party?.kind.rawValue, party?.uuid, party?.name]
    }
}
