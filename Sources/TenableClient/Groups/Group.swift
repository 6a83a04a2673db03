import TenableAPI

extension TenableIO {
    /// A group, as it was when the server answered.
    public struct Group: Sendable, Equatable, Identifiable {
        /// The whole record.
        public let json: JSONObject

        private let record: GroupRecord

        /// Reads a record.
        ///
        /// - Throws: `TenableFieldError` if there is no id or no name, or a member is of the wrong type.
        init(_ json: JSONObject) throws(TenableFieldError) {
            self.json = json
            record = try GroupRecord(json)
        }

        /// The number by which calls name the group.
        public var id: ID { ID(record.id) }
        /// The UUID.
        public var uuid: String { record.uuid }
        /// The name.
        public var name: String { record.name }
        /// How many users are in it; nil if the server does not tell.
        public var userCount: Int? { json["user_count"] == nil ? nil : record.userCount }
        /// Whether an identity provider says who is in it; nil if that was never set.
        public var managedBySAML: Bool? { record.isManagedBySAML }
        /// Whether it is the built-in group of all users, which cannot be changed.
        public var immutable: Bool { record.isBuiltIn }
    }
}

extension TenableIO.Group: CustomStringConvertible {
    /// Number and name: `6 Operators`.
    public var description: String { "\(record.id) \(name)" }
}
