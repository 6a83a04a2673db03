import FoundationEssentials
import Hummingbird
import MusterAPI
import MusterCore
import TextBytes
import WireJSON

/// The audit log in the native API.
struct NativeAuditRoutes {
    private let audit: AuditService

    init(_ directory: Directory) {
        audit = AuditService(directory)
    }

    var routes: [Route] {
        [NativeRoutes.route(.get, "/audit/events", isList: true, list)]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        // Clients find the last events by the number of all.
        let pages = AuditPages(audit, by: try call.principal, exactUpTo: .max) { event, json in
            AuditEventRecord(event).write(to: &json)
        } ending: { _, _, total, json in
            json.member("total", total.count)
        }
        return try await pages.respond { () throws(MusterError) in
            try call.query().nativeAuditQuery()
        }
    }
}

extension QueryItems {
    /// Reads `actor_id`, `actor_name`, `target_id`, `target_name`, `action`, `since`, `until`, `limit`, `offset` and
    /// `sort` of the native audit log; all that are given have to hold.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`, naming the parameter.
    func nativeAuditQuery() throws(MusterError) -> AuditQuery {
        var query = AuditQuery()
        if let uuid = try uuid("actor_id") { query.conditions.append(.actor(uuid)) }
        if let name = self["actor_name"] { query.conditions.append(.actorName(name)) }
        if let uuid = try uuid("target_id") { query.conditions.append(.target(uuid)) }
        if let name = self["target_name"] { query.conditions.append(.targetName(name)) }
        if let action = self["action"] { query.conditions.append(.action(action)) }
        if let since = try moment("since") {
            query.conditions.append(.date(.greaterOrEqual, since))
        }
        if let until = try moment("until") { query.conditions.append(.date(.less, until)) }
        query.limit = try limit(upTo: AuditQuery.maximumLimit) ?? query.limit
        if let text = self["offset"] {
            guard let offset = Int(digits: text) else {
                throw .invalid(
                    "offset",
                    rule: "must be a number from 0, not \(text.quoted(40))"
                )
            }
            query.offset = offset
        }
        let orders = [("received", false), ("-received", true)]
        query.isNewestFirst = try choice("sort", orders) ?? false
        return query
    }

    private func uuid(_ name: String) throws(MusterError) -> UUID? {
        guard let text = self[name] else { return nil }
        guard let uuid = UUID(path: text) else {
            throw .invalid(name, rule: "must be a UUID, not \(text.quoted(40))")
        }
        return uuid
    }

    private func moment(_ name: String) throws(MusterError) -> Timestamp? {
        guard let text = self[name] else { return nil }
        guard let moment = Int(digits: text) else {
            throw .invalid(
                name,
                rule: "must be milliseconds since 1970, not \(text.quoted(40))"
            )
        }
        return Timestamp(rawValue: Int64(moment))
    }
}

extension AuditEventRecord {
    /// The record of an event.
    fileprivate init(_ event: AuditEvent) {
        self.init(
            id: event.id,
            received: event.at.rawValue,
            action: event.action.rawValue,
            isFailure: event.isFailure,
            actor: event.actor.map { Party($0) },
            impersonated: event.impersonated.map { Party($0) },
            target: event.target.map { Party($0) },
            address: event.address,
            requestID: event.requestID,
            fields: event.fields.map { Field(key: $0.key, value: $0.value) }
        )
    }
}

extension AuditEventRecord.Party {
    fileprivate init(_ party: AuditParty) {
        self.init(id: party.uuid?.text, name: party.name, type: party.kind.rawValue)
    }
}
