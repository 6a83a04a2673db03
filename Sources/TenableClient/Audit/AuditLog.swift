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
        let query = AuditSearch(filters, matchingAny, newestFirst: newestFirst)
        return try await tio.auditPage(query, limit: limit, next: nil).events
    }

    /// Reads all events, page by page while they are asked for.
    ///
    /// ```swift
    /// for try await event in tio.auditLog.stream(.action("user.delete")) {
    ///     print(event.received, event.actor?.name ?? "nobody", event.target?.name ?? "")
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - filters: Which; all of them have to hold, unless `matchingAny` says otherwise.
    ///   - matchingAny: Whether one condition is enough.
    ///   - newestFirst: Whether the newest come first.
    ///   - pageSize: How many events a request asks for, 1 to 10000.
    /// - Returns: The events; nothing is sent yet.
    public func stream(
        _ filters: TenableIO.AuditFilter...,
        matchingAny: Bool = false,
        newestFirst: Bool = false,
        pageSize: Int = 1_000
    ) -> TenableIO.AuditEventList {
        TenableIO.AuditEventList(
            tio: tio,
            search: AuditSearch(filters, matchingAny, newestFirst: newestFirst),
            pageSize: min(max(pageSize, 1), 10_000)
        )
    }
}
