import FoundationEssentials
import MusterCore
import TextBytes

extension QueryItems {
    /// Reads `f`, `ft`, `limit`, `offset`, `next` and `sort` of the audit log.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    func auditQuery() throws(MusterError) -> AuditQuery {
        var query = AuditQuery()
        let filters = all("f")
        guard filters.count <= QueryItems.filterLimit else {
            throw .invalid("f", rule: "may stand there \(QueryItems.filterLimit) times at most")
        }
        for text in filters {
            query.conditions.append(try QueryItems.condition(text))
        }
        switch word("ft") {
        case nil, "and": query.matchesAny = false
        case "or": query.matchesAny = true
        default: throw .invalid("ft", rule: "must be one of [and, or]")
        }
        if let text = self["limit"] {
            guard let limit = Int(digits: text), (1...AuditQuery.maximumLimit).contains(limit)
            else {
                throw .invalid("limit", rule: "must be from 1 to \(AuditQuery.maximumLimit)")
            }
            query.limit = limit
        }
        if let text = self["offset"] {
            guard let offset = Int(digits: text) else {
                throw .invalid("offset", rule: "must be a number from 0")
            }
            query.offset = offset
        }
        // The client's iterator sends back what the last answer called next, and "0" to begin with.
        if let text = self["next"] {
            guard let offset = Int(digits: text) else {
                throw .invalid("next", rule: "must be what an answer's pagination.next said")
            }
            query.offset = max(query.offset, offset)
        }
        switch word("sort") {
        case nil, "received:asc": query.isNewestFirst = false
        case "received:desc": query.isNewestFirst = true
        default: throw .invalid("sort", rule: "must be one of [received:asc, received:desc]")
        }
        return query
    }

    /// The most conditions of a query: there are seven kinds, and all but dates are rarely asked for twice.
    private static let filterLimit = 20

    /// Reads `field.operator:value`.
    private static func condition(_ text: String) throws(MusterError) -> AuditQuery.Condition {
        let name = text.utf8.prefix { $0 != UInt8(ascii: ":") }
        let value = String(Substring(text.utf8.dropFirst(name.count + 1)))
        switch ByteText(String(Substring(name))) {
        case "date.gt": return .date(.greaterOrEqual, try second(value).end)
        case "date.gte": return .date(.greaterOrEqual, try second(value).start)
        case "date.lt": return .date(.less, try second(value).start)
        case "date.lte": return .date(.less, try second(value).end)
        case "date.eq":
            let (start, end) = try second(value)
            return .during(start, end)
        case "actor_id.eq": return .actor(try uuid(value))
        case "actor_name.eq": return .actorName(value)
        case "target_id.eq": return .target(try uuid(value))
        case "target_name.eq": return .targetName(value)
        case "action.eq": return .action(value)
        default:
            throw .invalid(
                "f",
                rule:
                    "must be date.gt, date.gte, date.lt, date.lte, date.eq, actor_id.eq, actor_name.eq, "
                    + "target_id.eq, target_name.eq or action.eq, a colon and a value"
            )
        }
    }

    private static func uuid(_ text: String) throws(MusterError) -> UUID {
        guard let uuid = UUID(path: text) else { throw .invalid("f", rule: "needs a UUID here") }
        return uuid
    }

    /// The second that a text names: events are shown to the second, and are found by what is shown.
    private static func second(
        _ text: String
    ) throws(MusterError) -> (
        start: Timestamp, end: Timestamp
    ) {
        guard let start = Timestamp(text: text) else {
            throw .invalid(
                "f",
                rule: "needs a date like 2026-01-31 or 2026-01-31T12:00:00Z here, not "
                    + text.quoted(40)
            )
        }
        return (start, start.advanced(by: .seconds(1)))
    }
}
