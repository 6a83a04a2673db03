extension MusterClient {
    /// Which users a list has, and in which order.
    public struct UserFilter: Sendable {
        /// By what a list is sorted.
        public enum Order: String, Sendable, CaseIterable {
            /// By number.
            case id
            /// By user name.
            case username
            /// By name.
            case name
            /// By e-mail address.
            case email
        }

        /// Only users whose user name, name or e-mail address starts with this, or contains what stands between two stars.
        public var prefix: String?
        /// Only members of this group; for administrators.
        public var group: Reference?
        /// Only users of the role of this number.
        public var permissions: Int64?
        /// Only users who are enabled, or only those who are not.
        public var isEnabled: Bool?
        /// Whether only users are wanted whose account has expired.
        public var isExpired = false
        /// Whether only users are wanted whose password is locked at present.
        public var isLocked = false
        /// Whether only users are wanted who get no code at a login.
        public var hasNoSecondFactor = false
        /// Only users made before then, whose password and API keys opened nothing since: milliseconds since 1970.
        public var unusedSince: Int64?
        /// Only users with API keys made before then, which opened nothing since: milliseconds since 1970.
        public var keysUnusedSince: Int64?
        /// The order.
        public var order = Order.id
        /// Whether the order is turned round.
        public var isDescending = false

        /// Keeps all users, in the order of their numbers.
        public init() {}

        /// Whether anybody is left out.
        package var isEmpty: Bool { keeping.allSatisfy { $0.value == nil } }

        private var keeping: [(name: String, value: String?)] {
            [
                ("f", prefix), ("group", group?.text), ("role", permissions.map { String($0) }),
                ("enabled", isEnabled.map { $0 ? "true" : "false" }),
                ("expired", isExpired ? "true" : nil), ("locked", isLocked ? "true" : nil),
                ("second_factor", hasNoSecondFactor ? "none" : nil),
                ("unused_since", unusedSince.map { String($0) }),
                ("keys_unused_since", keysUnusedSince.map { String($0) }),
            ]
        }

        /// The names and values of a query.
        var query: [(name: String, value: String?)] {
            keeping + [("sort", (isDescending ? "-" : "") + order.rawValue)]
        }
    }
}
