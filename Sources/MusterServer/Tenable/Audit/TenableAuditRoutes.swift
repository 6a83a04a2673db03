import FoundationEssentials
import Hummingbird
import MusterCore
import WireJSON

/// The audit log.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /audit-log/v1/events | Administrator | 200 `{"events":[...],"pagination":{...}}` |
struct TenableAuditRoutes {
    private let audit: AuditService

    init(_ directory: Directory) {
        audit = AuditService(directory)
    }

    var routes: [Route] {
        [Route(.get, "/audit-log/v1/events", isList: true, list)]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        // This dialect has no word for an estimate.
        let pages = AuditPages(audit, by: try call.principal, exactUpTo: .max) { event, json in
            TenableAuditRoutes.write(event, to: &json)
        } ending: { asked, count, total, json in
            TenableAuditRoutes.end(asked, count, total.count, to: &json)
        }
        return try await pages.respond { () throws(MusterError) in try call.query().auditQuery() }
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

    private static func end(
        _ asked: AuditQuery,
        _ count: Int,
        _ total: Int,
        to json: inout JSONWriter
    ) {
        json.name("pagination")
        json.object { json in
            json.member("offset", asked.offset)
            json.member("limit", asked.limit)
            json.member("count", count)
            json.member("total", total)
            let end = asked.offset + count
            if end < total, count > 0 { json.member("next", String(end)) }
        }
    }
}
