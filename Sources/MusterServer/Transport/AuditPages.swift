import Hummingbird
import MusterCore
import NIOCore
import WireJSON

/// A page of the audit log of any length, read and written batch by batch.
///
/// Each dialect says how it writes an event and what stands after the last.
struct AuditPages: Sendable {
    /// Writes an event.
    typealias Writer = @Sendable (AuditEvent, inout JSONWriter) -> Void
    /// Writes the members after the events: of what was asked, how many are shown and how many there are.
    typealias Ending =
        @Sendable (AuditQuery, _ count: Int, _ total: ListTotal, inout JSONWriter) -> Void

    /// How many events are read at a time, at most.
    static let batchSize = 500

    /// Room for one event.
    private static let capacity = 512

    private let audit: AuditService
    private let principal: Principal
    private let exactLimit: Int
    private let write: Writer
    private let ending: Ending

    init(
        _ audit: AuditService,
        by principal: Principal,
        exactUpTo limit: Int,
        _ write: @escaping Writer,
        ending: @escaping Ending
    ) {
        self.audit = audit
        self.principal = principal
        exactLimit = limit
        self.write = write
        self.ending = ending
    }

    /// Answers with the events that a query asks for, which is read once the caller's right was asked.
    ///
    /// - Throws: ``MusterError`` as ``AuditService/events(by:_:)``.
    func respond(_ read: () throws(MusterError) -> AuditQuery) async throws -> Response {
        try principal.require(.administrator)
        let asked = try read()
        var query = asked
        query.limit = min(asked.limit, AuditPages.batchSize)
        let (page, total) = try await SearchTurns.audit.run(for: principal) {
            [audit, principal, exactLimit, query] () async throws(MusterError) in
            try await audit.events(by: principal, exactUpTo: exactLimit) {
                () throws(MusterError) in query
            }
        }
        let stream = AuditStream(pages: self, first: page, asked: asked, total: total)
        guard page.events.count < asked.limit, page.events.count == AuditPages.batchSize else {
            let room = 128 + page.events.count * AuditPages.capacity
            let answer = Answer.json(reserving: room) { json in
                AuditStream.begin(&json)
                write(page.events, to: &json)
                stream.end(&json, count: page.events.count)
            }
            return try Response.page(answer, for: principal.payer)
        }
        return try Response.list(stream, for: principal.payer)
    }

    private func write(_ events: [AuditEvent], to json: inout JSONWriter) {
        for event in events { write(event, &json) }
    }
}

extension AuditPages {
    /// The batches of a page.
    private struct AuditStream: ListBatches {
        let pages: AuditPages
        let first: AuditPage
        let asked: AuditQuery
        /// How many events there are, shown or not.
        let total: ListTotal

        @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
            var json = JSONWriter(reserving: AuditPages.batchSize * AuditPages.capacity)
            AuditStream.begin(&json)
            var page = first
            var count = 0
            var query = asked
            query.offset = 0
            query.limit = AuditPages.batchSize
            while true {
                pages.write(page.events, to: &json)
                count += page.events.count
                try await writer.write(ByteBuffer(bytes: json.takeBytes()))
                guard page.events.count == query.limit, count < asked.limit, let end = page.end
                else { break }
                query.limit = min(AuditPages.batchSize, asked.limit - count)
                page = try await SearchTurns.audit.run(for: pages.principal) {
                    [pages, query] () async throws(MusterError) in
                    try await pages.audit.more(by: pages.principal, query, after: end)
                }
            }
            end(&json, count: count)
            try await writer.write(ByteBuffer(bytes: json.takeBytes()))
        }

        static func begin(_ json: inout JSONWriter) {
            json.beginObject()
            json.name("events")
            json.beginArray()
        }

        func end(_ json: inout JSONWriter, count: Int) {
            json.endArray()
            pages.ending(asked, count, total, &json)
            json.endObject()
        }
    }
}
