import WireJSON

/// The audit log of a server, as far as some filters choose.
///
/// It only grows, so a place in it, counted from the beginning, stays where it is.
struct AuditLog {
    /// How many events are asked for at a time.
    private static let pageSize = 500

    let server: Server
    let conditions: [(String, String?)]

    /// The place of the last events, so many of them.
    ///
    /// - Throws: ``CommandError``.
    func start(ofLast count: Int) async throws(CommandError) -> Int64 {
        max(0, try await total() - Int64(count))
    }

    /// How many events there are.
    ///
    /// - Throws: ``CommandError``.
    func total() async throws(CommandError) -> Int64 {
        let answer = try await page(at: 0, limit: 1)
        guard let total = answer.integer("pagination.total"), total >= 0 else {
            throw CommandError(
                .protocolMismatch,
                "The server's answer does not say how many events there are."
            )
        }
        return total
    }

    /// The events from a place on, oldest first: a page of them, empty where there are no more.
    ///
    /// - Throws: ``CommandError``.
    func events(at place: Int64) async throws(CommandError) -> [JSONObject] {
        try await page(at: place, limit: AuditLog.pageSize).list("events")
    }

    private func page(at place: Int64, limit: Int) async throws(CommandError) -> JSONObject {
        let query = conditions + [("offset", String(place)), ("limit", String(limit))]
        return try await server.ask(.get, ServerPath("/audit-log/v1/events").with(query))
    }
}
