import FoundationEssentials
import MusterCore
import MusterSQL

extension PostgresTransaction {
    func auditPage(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) throws(MusterError) -> AuditPage {
        let (ids, arguments) = Self.numbers(query, after: position)
        let direction: StatementText = query.isNewestFirst ? "DESC" : "ASC"
        let found = try rows(
            """
            SELECT event_id, at, action, is_failure,
                   actor_kind, actor_uuid, actor_name,
                   impersonated_kind, impersonated_uuid, impersonated_name,
                   address, request_id,
                   target_kind, target_uuid, target_name, fields, id
            FROM audit_event
            WHERE id IN (\(ids))
            ORDER BY id \(direction)
            """,
            arguments
        ) { row in (event: Self.decodeEvent(row), at: AuditPosition(rawValue: row[16])) }
        return AuditPage(events: found.map(\.event), end: found.last?.at)
    }

    /// Exactly up to a limit; beyond it as many as there are if all events are as some, whose numbers are equally far apart.
    func auditEventCount(
        _ query: AuditQuery,
        exactUpTo limit: Int
    ) throws(MusterError) -> ListTotal {
        let most: StatementText = limit < .max ? "LIMIT ?::bigint" : ""
        let count: Int
        if let search = Self.search(query) {
            // What is in more than one arm is counted in the first.
            var (parts, arguments): ([StatementText], [(any SQLArgument)?]) = ([], [])
            for (place, arm) in search.arms.enumerated() {
                let before = search.arms.prefix(place)
                let others = before.map { "(\($0.span)) IS NOT TRUE" as StatementText }
                let conditions = [arm.span] + search.texts + others
                parts.append(
                    """
                    (SELECT count(*) FROM (
                        SELECT 1 FROM audit_event
                        WHERE \(StatementText(joining: conditions, separator: " AND ")) \(most)
                     ) AS found)
                    """
                )
                arguments += arm.arguments + search.arguments + before.flatMap(\.arguments)
                if limit < .max { arguments.append(limit + 1) }
            }
            guard !parts.isEmpty else { return ListTotal(0) }
            let sum = StatementText(joining: parts, separator: " + ")
            count = try row("SELECT \(sum)", arguments) { $0[0] } ?? 0
        } else {
            let (filter, arguments) = Self.filter(query)
            count =
                try row(
                    "SELECT count(*) FROM (SELECT 1 FROM audit_event \(filter) \(most)) AS found",
                    arguments + (limit < .max ? [limit + 1] : [])
                ) { $0[0] } ?? 0
        }
        guard count > limit else { return ListTotal(count) }
        return ListTotal(max(count, try auditEventEstimate(query)), isEstimate: true)
    }

    /// How many events are asked so that their answers stand for all.
    private static let sample = 500

    private func auditEventEstimate(_ query: AuditQuery) throws(MusterError) -> Int {
        let (met, arguments) = Self.conditions(of: query)
        return try row(
            """
            SELECT coalesce(max(span.step) * count(*), 0)::bigint
            FROM (SELECT first, last, greatest(1, (last - first) / ?::bigint) AS step
                  FROM (SELECT min(id) AS first, max(id) AS last FROM audit_event) AS ends) AS span
            CROSS JOIN LATERAL generate_series(span.first, span.last, span.step) AS sample (number)
            JOIN audit_event ON id = sample.number
            WHERE \(met)
            """,
            [Self.sample] + arguments
        ) { $0[0] } ?? 0
    }

    /// The numbers of the events of a page: from the indexes of its conditions where these have them in their order.
    private static func numbers(
        _ query: AuditQuery,
        after position: AuditPosition?
    ) -> (StatementText, [(any SQLArgument)?]) {
        let direction: StatementText = query.isNewestFirst ? "DESC" : "ASC"
        guard let search = search(query) else {
            let (filter, arguments) = filter(query, after: position)
            return (
                """
                SELECT id FROM audit_event \(filter)
                ORDER BY id \(direction) LIMIT ?::bigint OFFSET ?::bigint
                """,
                arguments + [query.limit, query.offset]
            )
        }
        guard !search.arms.isEmpty else { return ("NULL::bigint", []) }
        // The first of all are among the first of each arm.
        let (sum, isTooMany) = query.limit.addingReportingOverflow(query.offset)
        let reach = isTooMany ? Int.max : sum
        let behind: [StatementText] =
            position == nil ? [] : [query.isNewestFirst ? "id < ?" : "id > ?"]
        var arguments: [(any SQLArgument)?] = []
        let parts: [StatementText] = search.arms.map { arm in
            let conditions = [arm.span] + behind + search.texts
            arguments += arm.arguments
            if let position { arguments.append(position.rawValue) }
            arguments += search.arguments
            let (most, skipped) = search.arms.count == 1 ? (query.limit, query.offset) : (reach, 0)
            arguments += [most, skipped]
            return """
                (SELECT id FROM audit_event
                 WHERE \(StatementText(joining: conditions, separator: " AND "))
                 ORDER BY \(arm.key) \(direction), id \(direction)
                 LIMIT ?::bigint OFFSET ?::bigint)
                """
        }
        guard search.arms.count > 1 else { return (parts[0], arguments) }
        return (
            """
            SELECT id FROM (\(StatementText(joining: parts, separator: " UNION "))) AS found
            ORDER BY id \(direction) LIMIT ?::bigint OFFSET ?::bigint
            """,
            arguments + [query.limit, query.offset]
        )
    }

    /// The arms that have the events of a query, each with what an event is asked besides; nil where no index has them in order.
    private static func search(_ query: AuditQuery) -> AuditSearch? {
        guard !query.conditions.isEmpty else { return nil }
        if query.matchesAny {
            var found = AuditSearch()
            for condition in query.conditions {
                guard let more = AuditArm.arms(of: condition) else { return nil }
                found.arms += more
            }
            return found
        }
        var others = query
        guard
            let lead = others.conditions.indices.max(by: {
                AuditArm.rank(of: query.conditions[$0]) < AuditArm.rank(of: query.conditions[$1])
            }), let arms = AuditArm.arms(of: others.conditions.remove(at: lead))
        else { return nil }
        guard !others.conditions.isEmpty else { return AuditSearch(arms: arms) }
        let (met, arguments) = conditions(of: others)
        return AuditSearch(arms: arms, texts: ["(\(met))"], arguments: arguments)
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
}
