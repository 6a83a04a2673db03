import ClientTransport
import NIOHTTP1
import TenableAPI

extension TenableIO {
    /// The audit log.
    public var auditLog: AuditLog { AuditLog(tio: self) }

    /// The audit log: who did what, and when.
    ///
    /// It needs the permissions of an administrator.
    public struct AuditLog: Sendable {
        let tio: TenableIO
    }
}

extension TenableIO.AuditLog {
    /// Reads events, in one request as pyTenable does.
    ///
    /// - Parameters:
    ///   - filters: Which; all of them have to hold, unless `matchingAny` says otherwise.
    ///   - matchingAny: Whether one condition is enough.
    ///   - limit: How many at most, 1 to 10000.
    ///   - newestFirst: Whether the newest come first.
    /// - Returns: The events.
    /// - Throws: ``TenableError``.
    public func events(
        _ filters: TenableIO.AuditFilter...,
        matchingAny: Bool = false,
        limit: Int = 1_000,
        newestFirst: Bool = false
    ) async throws(TenableError) -> [TenableIO.AuditEvent] {
        var query = filters.map { "f=" + PercentEncoding.encode($0.text) }
        if matchingAny { query.append("ft=or") }
        query.append("limit=\(limit)")
        if newestFirst { query.append("sort=received%3Adesc") }
        let route = "/audit-log/v1/events"
        let request = Request(.GET, route, path: route + "?" + query.joined(separator: "&"))
        return try await tio.records(request, under: "events") { object throws(PayloadError) in
            try TenableIO.AuditEvent(object)
        }
    }
}
