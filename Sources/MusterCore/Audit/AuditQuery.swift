public import FoundationEssentials

/// Which events to read.
public struct AuditQuery: Sendable {
    /// One condition.
    public enum Condition: Sendable, Equatable {
        /// At a moment compared with this one.
        case date(Comparison, Timestamp)
        /// From this moment on, up to but not including the other.
        case during(Timestamp, Timestamp)
        /// By this actor.
        case actor(UUID)
        /// By a user who had this login name then, without regard to ASCII case, or who has it now.
        case actorName(String)
        /// To this target.
        case target(UUID)
        /// To a user who had this login name then, without regard to ASCII case, or who has it now.
        ///
        /// Whoever has been deleted is found by the name that the log has kept.
        case targetName(String)
        /// Of this name.
        case action(String)
    }

    /// How moments are compared.
    public enum Comparison: Sendable {
        /// Before.
        case less
        /// Before or at.
        case lessOrEqual
        /// After.
        case greater
        /// After or at.
        case greaterOrEqual
    }

    /// The most events one answer holds.
    public static let maximumLimit = 10_000

    /// The conditions.
    public var conditions: [Condition]
    /// Whether one of the conditions is enough.
    public var matchesAny: Bool
    /// The most events to return.
    public var limit: Int
    /// How many events to pass over.
    public var offset: Int
    /// Whether the newest come first.
    public var isNewestFirst: Bool

    /// Builds a query; the hosted service's defaults unless said otherwise.
    public init(
        conditions: [Condition] = [],
        matchesAny: Bool = false,
        limit: Int = 50,
        offset: Int = 0,
        isNewestFirst: Bool = false
    ) {
        self.conditions = conditions
        self.matchesAny = matchesAny
        self.limit = limit
        self.offset = offset
        self.isNewestFirst = isNewestFirst
    }
}

/// Where an event stands in the audit log, which only grows.
public struct AuditPosition: Sendable, Equatable {
    /// Later events have greater ones.
    public let rawValue: Int64

    /// Takes a position that the store has given.
    public init(rawValue: Int64) {
        self.rawValue = rawValue
    }
}

/// Some events, and where the last of them stands.
public struct AuditPage: Sendable {
    /// The events.
    public let events: [AuditEvent]
    /// Where the last one stands; nil if there are none.
    public let end: AuditPosition?

    /// Builds a page.
    public init(events: [AuditEvent], end: AuditPosition?) {
        self.events = events
        self.end = end
    }
}

extension AuditReader {
    /// The events that a query asks for.
    ///
    /// - Throws: ``MusterError`` with code `store.unavailable`.
    public func auditEvents(_ query: AuditQuery) throws(MusterError) -> [AuditEvent] {
        try auditPage(query, after: nil).events
    }
}
