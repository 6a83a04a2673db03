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
            throw .invalid("f", "\"f\" may stand there \(QueryItems.filterLimit) times at most")
        }
        for text in filters {
            query.conditions.append(try QueryItems.condition(text))
        }
        switch word("ft") {
        case nil, "and": query.matchesAny = false
        case "or": query.matchesAny = true
        default: throw .invalid("ft", "\"ft\" must be one of [and, or]")
        }
        if let text = self["limit"] {
            guard let limit = Int(digits: text), (1...AuditQuery.maximumLimit).contains(limit)
            else {
                throw .invalid("limit", "\"limit\" must be from 1 to \(AuditQuery.maximumLimit)")
            }
            query.limit = limit
        }
        if let text = self["offset"] {
            guard let offset = Int(digits: text) else {
                throw .invalid("offset", "\"offset\" must be a number from 0")
            }
            query.offset = offset
        }
        // The client's iterator sends back what the last answer called next, and "0" to begin with.
        if let text = self["next"] {
            guard let offset = Int(digits: text) else {
                throw .invalid("next", "\"next\" must be what an answer's pagination.next said")
            }
            query.offset = max(query.offset, offset)
        }
        switch word("sort") {
        case nil, "received:asc": query.isNewestFirst = false
        case "received:desc": query.isNewestFirst = true
        default: throw .invalid("sort", "\"sort\" must be one of [received:asc, received:desc]")
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
        case "date.gt": return .date(.greater, try date(value))
        case "date.gte": return .date(.greaterOrEqual, try date(value))
        case "date.lt": return .date(.less, try date(value))
        case "date.lte": return .date(.lessOrEqual, try date(value))
        case "actor_id.eq": return .actor(try uuid(value))
        case "target_id.eq": return .target(try uuid(value))
        case "action.eq": return .action(value)
        default:
            throw .invalid(
                "f",
                "\"f\" must be date.gt, date.gte, date.lt, date.lte, actor_id.eq, target_id.eq or "
                    + "action.eq, a colon and a value"
            )
        }
    }

    private static func uuid(_ text: String) throws(MusterError) -> UUID {
        guard let uuid = UUID(path: text) else { throw .invalid("f", "\"f\" needs a UUID here") }
        return uuid
    }

    private static func date(_ text: String) throws(MusterError) -> Timestamp {
        let style = Date.ISO8601FormatStyle()
        let moment = text.utf8.count == 10 ? text + "T00:00:00Z" : text
        // Measured, and ASCII, before the parser looks at it. That takes the 30th of February for the 2nd of
        // March; whoever writes it means neither.
        guard text.utf8.count <= TextLimit.word, text.utf8.allSatisfy({ $0 < 0x80 }),
            let date = try? style.parse(moment),
            moment.utf8.last != UInt8(ascii: "Z")
                || date.formatted(style).utf8.prefix(10).elementsEqual(moment.utf8.prefix(10))
        else {
            throw .invalid("f", "\"f\" needs a date like 2026-01-31 or 2026-01-31T12:00:00Z here")
        }
        return Timestamp(rawValue: Int64(date.timeIntervalSince1970 * 1000))
    }
}
