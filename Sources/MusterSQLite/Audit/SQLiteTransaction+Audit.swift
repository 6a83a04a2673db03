import FoundationEssentials
import MusterCore

extension SQLiteTransaction {
    func appendAuditEvent(_ event: AuditEvent) throws(MusterError) {
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
        ) { places in
            places.bind(event.id)
            places.bind(event.at.rawValue)
            places.bind(event.action.rawValue)
            places.bind(event.isFailure)
            places.bind(event.actor)
            places.bind(event.impersonated)
            places.bind(event.address)
            places.bind(event.requestID)
            places.bind(event.target)
            places.bind(AuditFieldText.encode(event.fields))
        }
    }

    func appendAuditEvents(_ events: [AuditEvent]) throws(MusterError) {
        for event in events { try appendAuditEvent(event) }
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
            LIMIT ? OFFSET ?
            """,
            arguments + [query.limit, query.offset]
        ) { row in (event: Self.decodeEvent(row), at: AuditPosition(rawValue: row[16])) }
        return AuditPage(events: found.map(\.event), end: found.last?.at)
    }

    func auditEventCount(_ query: AuditQuery) throws(MusterError) -> Int {
        let (filter, arguments) = Self.filter(query)
        return try row("SELECT count(*) FROM audit_event \(filter)", arguments) { $0[0] } ?? 0
    }

    /// The conditions of a query, of events after a position where there is one.
    private static func filter(
        _ query: AuditQuery,
        after position: AuditPosition? = nil
    ) -> (StatementText, [(any SQLiteArgument)?]) {
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
    ) -> (StatementText, [(any SQLiteArgument)?]) {
        guard !query.conditions.isEmpty else { return ("1", []) }
        var arguments: [(any SQLiteArgument)?] = []
        let parts: [StatementText] = query.conditions.map { condition in
            switch condition {
            case .date(let comparison, let at):
                arguments.append(at.rawValue)
                return dateCondition(comparison)
            case .during(let start, let end):
                arguments += [start.rawValue, end.rawValue]
                return "(at >= ? AND at < ?)"
            case .actorName(let name):
                guard !name.utf8.contains(0) else { return "0" }
                arguments += [name, name]
                return """
                    (actor_kind = 'User' AND actor_name = ? COLLATE NOCASE
                     OR actor_uuid = (SELECT uuid FROM user WHERE username = ?))
                    """
            case .targetName(let name):
                guard !name.utf8.contains(0) else { return "0" }
                arguments += [name, name]
                return """
                    (target_kind = 'User' AND target_name = ? COLLATE NOCASE
                     OR target_uuid = (SELECT uuid FROM user WHERE username = ?))
                    """
            case .actor(let uuid):
                arguments.append(uuid)
                return "actor_uuid = ?"
            case .target(let uuid):
                arguments.append(uuid)
                return "target_uuid = ?"
            case .action(let name):
                // SQLite ends a text at its first NUL; no action has one.
                guard !name.utf8.contains(0) else { return "0" }
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

    private static func decodeEvent(_ row: SQLiteRow) -> AuditEvent {
        AuditEvent(
            id: row[0],
            at: Timestamp(rawValue: row[1]),
            action: AuditAction(rawValue: row[2]),
            isFailure: row[3],
            actor: party(row, at: 4),
            impersonated: party(row, at: 7),
            address: row[10],
            requestID: row[11],
            target: party(row, at: 12),
            fields: AuditFieldText.decode(row[15])
        )
    }

    private static func party(_ row: SQLiteRow, at index: Int) -> AuditParty? {
        guard let kind = (row[index] as String?).flatMap(AuditParty.Kind.init) else { return nil }
        return AuditParty(
            kind: kind,
            uuid: row.uuid(index + 1),
            name: row[index + 2] ?? ""
        )
    }
}

extension StatementPlaces {
    /// Puts a party into the next three places: kind, UUID and name.
    fileprivate mutating func bind(_ party: AuditParty?) {
        bind(party?.kind.rawValue)
        bind(party?.uuid)
        bind(party?.name)
    }
}
