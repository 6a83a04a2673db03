import ClientTransport
public import FoundationEssentials
import NIOHTTP1

extension MusterClient {
    /// The audit log.
    public var audit: Audit { Audit(client: self) }

    /// Who did what to whom, from where and when; for the role Administrator.
    public struct Audit: Sendable {
        let client: MusterClient
    }

    /// Which events are wanted; all that is said has to hold.
    public struct AuditFilter: Sendable {
        /// Only what this user did.
        public var actorID: UUID?
        /// Only what a user did who has this user name, or had it at that time.
        public var actorName: String?
        /// Only what was done to this user or group.
        public var targetID: UUID?
        /// Only what was done to a user who has this user name, or had it at that time.
        public var targetName: String?
        /// Only this action, such as `user.update`.
        public var action: String?
        /// Only what happened from then on: milliseconds since 1970 in UTC.
        public var since: Int64?
        /// Only what happened before: milliseconds since 1970 in UTC.
        public var until: Int64?

        /// Keeps all events.
        public init() {}

        /// Whether anything is left out.
        package var isEmpty: Bool { query.allSatisfy { $0.value == nil } }

        /// The names and values of a query.
        var query: [(name: String, value: String?)] {
            [
                ("actor_id", actorID?.uuidString), ("actor_name", actorName),
                ("target_id", targetID?.uuidString), ("target_name", targetName),
                ("action", action), ("since", since.map { String($0) }),
                ("until", until.map { String($0) }),
            ]
        }
    }

    /// Some events of the log.
    public struct AuditPage: Sendable {
        /// The events.
        public let events: [AuditEventRecord]
        /// How many events the filter keeps, on this page or not.
        public let total: Int64
    }
}

extension MusterClient.Audit {
    /// Reads some events.
    ///
    /// The log only grows, so a place in it, counted from the oldest event, stays where it is.
    ///
    /// - Parameters:
    ///   - filter: Which.
    ///   - offset: How many to pass over.
    ///   - limit: How many at most, 1 to 10000.
    ///   - newestFirst: Whether the newest come first.
    /// - Returns: The events, and how many the filter keeps.
    /// - Throws: ``MusterClientError``.
    public func page(
        _ filter: MusterClient.AuditFilter = MusterClient.AuditFilter(),
        from offset: Int64 = 0,
        limit: Int = 50,
        newestFirst: Bool = false
    ) async throws(MusterClientError) -> MusterClient.AuditPage {
        let place = [
            ("offset", String(offset)), ("limit", String(limit)),
            ("sort", newestFirst ? "-received" : nil),
        ]
        let request = Request(.GET, RequestPath("/audit/events").with(filter.query + place))
        return try await client.record(request) { object throws(FieldError) in
            let list = try RecordList(object, "events") { event throws(FieldError) in
                try AuditEventRecord(event)
            }
            return MusterClient.AuditPage(events: list.records, total: try list.total())
        }
    }
}
