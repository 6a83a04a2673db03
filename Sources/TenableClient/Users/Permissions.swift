extension TenableIO {
    /// The role of a user, as a number.
    ///
    /// Open: a server may know more.
    public struct Permissions: RawRepresentable, Hashable, Sendable {
        /// The number.
        public let rawValue: Int

        /// Wraps a number.
        public init(rawValue: Int) {
            self.rawValue = rawValue
        }

        /// 0; also what the service shows for a user with a custom role.
        public static let readOnly = Permissions(rawValue: 0)
        /// 16, what a new user has unless said otherwise.
        public static let basic = Permissions(rawValue: 16)
        /// 24.
        public static let scanOperator = Permissions(rawValue: 24)
        /// 32.
        public static let standard = Permissions(rawValue: 32)
        /// 40.
        public static let scanManager = Permissions(rawValue: 40)
        /// 64, needed for everything about users but the list.
        public static let administrator = Permissions(rawValue: 64)
    }
}

extension TenableIO.Permissions: ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// Takes a literal number.
    public init(integerLiteral value: Int) {
        self.init(rawValue: value)
    }

    /// The number.
    public var description: String { "\(rawValue)" }
}
