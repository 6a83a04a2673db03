import ClientTransport
import NIOHTTP1
import TenableAPI
import TextBytes

/// Which events are asked for, and in which order.
struct AuditSearch: Sendable {
    /// The parameters that every page's request has.
    let parameters: [String]
    let isNewestFirst: Bool

    init(_ filters: [TenableIO.AuditFilter], _ matchingAny: Bool, newestFirst: Bool) {
        parameters =
            filters.map { "f=" + PercentEncoding.encode($0.text) }
            + (matchingAny ? ["ft=or"] : [])
        isNewestFirst = newestFirst
    }
}

/// Some events, and where the next ones begin; nil at the end.
struct AuditPage: Sendable {
    let events: [TenableIO.AuditEvent]
    let next: String?
}

extension TenableIO {
    /// Reads a page of the audit log.
    ///
    /// - Parameters:
    ///   - search: Which events.
    ///   - limit: How many at most.
    ///   - next: What the page before said; nil for the first.
    /// - Returns: The page.
    /// - Throws: ``TenableError``.
    func auditPage(
        _ search: AuditSearch,
        limit: Int,
        next: String?
    ) async throws(TenableError) -> AuditPage {
        var query = search.parameters + ["limit=\(limit)"]
        if search.isNewestFirst { query.append("sort=received%3Adesc") }
        if let next { query.append("next=" + PercentEncoding.encode(next)) }
        let route = "/audit-log/v1/events"
        let request = Request(.GET, route, path: route + "?" + query.joined(separator: "&"))
        return try await record(request) { object throws(TenableFieldError) in
            let events = try (object["events"] ?? .null).records("events") {
                object throws(TenableFieldError) in try AuditEvent(object)
            }
            let pagination = try TenableFields(object, upTo: TextLimit.answer).fields("pagination")
            return AuditPage(events: events, next: try pagination?.text("next"))
        }
    }
}
