import MusterClient

/// The audit log of a server, as far as a filter chooses.
///
/// It only grows, so a place in it, counted from the beginning, stays where it is.
struct AuditLog {
    /// How many events are asked for at a time.
    private static let pageSize = 500

    let server: Server
    let filter: MusterClient.AuditFilter

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
        try await page(at: 0, limit: 1).total
    }

    /// The events from a place on, oldest first: a page of them, empty if there are no more.
    ///
    /// - Throws: ``CommandError``.
    func events(at place: Int64) async throws(CommandError) -> [AuditEventRecord] {
        try await page(at: place, limit: AuditLog.pageSize).events
    }

    /// The place after some events.
    ///
    /// - Throws: ``CommandError`` where there is none: a server that lies has said how many there are.
    func place(_ place: Int64, after events: [AuditEventRecord]) throws(CommandError) -> Int64 {
        let (next, isBeyond) = place.addingReportingOverflow(Int64(events.count))
        guard isBeyond else { return next }
        throw AnswerFailure(address: server.address, proof: server.proof).strange(nil, "event")
    }

    private func page(
        at place: Int64,
        limit: Int
    ) async throws(CommandError) -> MusterClient.AuditPage {
        try await server.ask("event") { try await $0.audit.page(filter, from: place, limit: limit) }
    }
}
