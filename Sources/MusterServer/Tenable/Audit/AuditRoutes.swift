import FoundationEssentials
import Hummingbird
import MusterCore
import NIOCore
import WireJSON

/// The audit log.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /audit-log/v1/events | Administrator | 200 `{"events":[...],"pagination":{...}}` |
struct AuditRoutes {
    private let audit: AuditService

    init(_ directory: Directory) {
        audit = AuditService(directory)
    }

    var routes: [Route] {
        [Route(.get, "/audit-log/v1/events", isList: true, list)]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireAdministrator()
        let asked = try call.query().auditQuery()
        var query = asked
        query.limit = min(asked.limit, AuditRoutes.batchSize)
        let (page, total) = try await SearchTurns.audit.run(for: principal) {
            () async throws(MusterError) in
            try await audit.events(by: principal) { () throws(MusterError) in query }
        }
        let stream = AuditStream(
            audit: audit,
            principal: principal,
            first: page,
            asked: asked,
            total: total
        )
        guard page.events.count < asked.limit, page.events.count == AuditRoutes.batchSize else {
            let room = 128 + page.events.count * AuditRoutes.capacity
            let answer = Answer.json(reserving: room) { json in
                AuditStream.begin(&json)
                AuditRoutes.write(page.events, to: &json)
                stream.end(&json, count: page.events.count)
            }
            return try Response.page(answer, for: principal.user.id)
        }
        return try Response.list(stream, for: principal.user.id)
    }

    /// How many events are read at a time, at most.
    static let batchSize = 500

    /// Room for one event.
    fileprivate static let capacity = 512

    fileprivate static func write(_ events: [AuditEvent], to json: inout JSONWriter) {
        for event in events { write(event, to: &json) }
    }

    private static func write(_ event: AuditEvent, to json: inout JSONWriter) {
        json.object { json in
            json.member("id", event.id)
            json.member("action", event.action.rawValue)
            json.member("crud", crud(event.action))
            json.member("is_failure", event.isFailure)
            json.member("received", time(event.at))
            json.null("description")
            json.name("actor")
            json.object { json in
                write(event.actor?.uuid?.text, under: "id", to: &json)
                write(event.actor?.name, under: "name", to: &json)
            }
            if event.actor == nil {
                json.member("is_anonymous", true)
            } else {
                json.null("is_anonymous")
            }
            json.name("target")
            json.object { json in
                write(event.target?.uuid?.text, under: "id", to: &json)
                write(event.target?.name, under: "name", to: &json)
                write(event.target?.kind.rawValue, under: "type", to: &json)
            }
            json.name("fields")
            json.array { json in
                for field in fields(event) {
                    json.object { json in
                        json.member("key", field.key)
                        json.member("value", field.value)
                    }
                }
            }
        }
    }

    /// The event's own fields, and those that the service keeps in the same place.
    private static func fields(_ event: AuditEvent) -> [AuditField] {
        var fields = event.fields
        if let impersonated = event.impersonated {
            fields.append(AuditField("impersonated", impersonated.name))
        }
        if let address = event.address {
            fields.append(AuditField("X-Forwarded-For", address))
        }
        fields.append(AuditField("X-Request-Uuid", event.requestID))
        return fields
    }

    private static func crud(_ action: AuditAction) -> String {
        switch action.rawValue.split(separator: ".").last {
        case "create": "c"
        case "update": "u"
        case "delete": "d"
        default: "r"
        }
    }

    private static func time(_ at: Timestamp) -> String {
        Date(timeIntervalSince1970: Double(at.rawValue / 1000)).formatted(.iso8601)
    }

    private static func write(_ text: String?, under name: StaticString, to json: inout JSONWriter)
    {
        if let text { json.member(name, text) } else { json.null(name) }
    }
}

/// The batches of a page of the audit log.
private struct AuditStream: ListBatches {
    let audit: AuditService
    let principal: Principal
    let first: AuditPage
    let asked: AuditQuery
    /// How many events there are, shown or not.
    let total: Int

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        var json = JSONWriter(reserving: AuditRoutes.batchSize * AuditRoutes.capacity)
        AuditStream.begin(&json)
        var page = first
        var count = 0
        var query = asked
        query.offset = 0
        query.limit = AuditRoutes.batchSize
        while true {
            AuditRoutes.write(page.events, to: &json)
            count += page.events.count
            try await writer.write(ByteBuffer(bytes: json.takeBytes()))
            guard page.events.count == query.limit, count < asked.limit, let end = page.end else {
                break
            }
            query.limit = min(AuditRoutes.batchSize, asked.limit - count)
            page = try await SearchTurns.audit.run(for: principal) {
                () async throws(MusterError) in
                try await audit.more(by: principal, query, after: end)
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
        json.name("pagination")
        json.object { json in
            json.member("offset", asked.offset)
            json.member("limit", asked.limit)
            json.member("count", count)
            json.member("total", total)
            let end = asked.offset + count
            if end < total, count > 0 { json.member("next", String(end)) }
        }
        json.endObject()
    }
}
