import ActiveLogicAPI

extension ActiveLogic {
    /// Something that a server says it can do when a session begins.
    ///
    /// Open: a newer server may know more.
    public struct Capability: RawRepresentable, Hashable, Sendable {
        /// The name on the wire.
        public let rawValue: String

        /// Wraps a name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// It changes passwords after asking for the caller's own.
        public static let changeUserPassword = Capability(
            rawValue: ActiveLogicAPI.Capability.changeUserPassword
        )
        /// It shows kinds, fingerprints and times of public keys.
        public static let keyFingerprints = Capability(
            rawValue: ActiveLogicAPI.Capability.keyFingerprints
        )
        /// It numbers its changes, so that caches stay true and strict handles work.
        public static let revision = Capability(rawValue: ActiveLogicAPI.Capability.revision)
        /// It lists users in pages.
        public static let paging = Capability(rawValue: ActiveLogicAPI.Capability.paging)
    }
}

extension ActiveLogic.Capability: CustomStringConvertible {
    /// The name on the wire.
    public var description: String { rawValue }
}
