public import FoundationEssentials

extension TenableIO {
    /// A condition on events, by field, operator and value as in pyTenable.
    public struct AuditFilter: Hashable, Sendable {
        /// What stands in the query: `action.eq:user.create`.
        let text: String

        /// Makes any condition that the server knows.
        ///
        /// - Parameters:
        ///   - field: `date`, `actor_id`, `target_id` or `action`.
        ///   - operation: `eq`, `gt`, `gte`, `lt` or `lte`.
        ///   - value: The value.
        public init(_ field: String, _ operation: String, _ value: String) {
            text = "\(field).\(operation):\(value)"
        }

        /// What was done, such as `user.create`.
        public static func action(_ action: String) -> AuditFilter {
            AuditFilter("action", "eq", action)
        }

        /// Who did it.
        public static func actor(_ uuid: UUID) -> AuditFilter {
            AuditFilter("actor_id", "eq", uuid.uuidString.lowercased())
        }

        /// To whom it was done.
        public static func target(_ uuid: UUID) -> AuditFilter {
            AuditFilter("target_id", "eq", uuid.uuidString.lowercased())
        }

        /// From a day on, such as `2026-01-31`, that day included.
        public static func since(_ day: String) -> AuditFilter {
            AuditFilter("date", "gte", day)
        }

        /// Before a day, such as `2026-02-01`.
        public static func before(_ day: String) -> AuditFilter {
            AuditFilter("date", "lt", day)
        }
    }
}
