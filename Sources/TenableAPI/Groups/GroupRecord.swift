public import WireJSON

/// A group (contract of `GET /groups`).
public struct GroupRecord: Sendable, Equatable {
    /// `uuid`.
    public var uuid: String
    /// `id`.
    public var id: Int64
    /// `name`.
    public var name: String
    /// `managed_by_saml`, where it was ever set.
    public var isManagedBySAML: Bool?
    /// `user_count`.
    public var userCount: Int
    /// Whether it is the built-in group: `immutable` and `membership_fixed`.
    public var isBuiltIn: Bool
    /// `container_uuid`.
    public var containerUUID: String

    /// Builds a record.
    public init(
        uuid: String,
        id: Int64,
        name: String,
        isManagedBySAML: Bool?,
        userCount: Int,
        isBuiltIn: Bool,
        containerUUID: String
    ) {
        self.uuid = uuid
        self.id = id
        self.name = name
        self.isManagedBySAML = isManagedBySAML
        self.userCount = userCount
        self.isBuiltIn = isBuiltIn
        self.containerUUID = containerUUID
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("uuid", uuid)
            json.member("name", name)
            json.member("permissions", 0)
            json.member("container_uuid", containerUUID)
            json.member("id", id)
            json.member("user_count", userCount)
            if let isManagedBySAML { json.member("managed_by_saml", isManagedBySAML) }
            if isBuiltIn {
                json.member("immutable", true)
                json.member("membership_fixed", true)
            }
        }
    }
}

/// The body of `POST /groups` and `PUT /groups/{id}`.
public struct GroupRequest: Sendable, Equatable {
    /// `name`.
    public var name: String
    /// `managed_by_saml`.
    public var isManagedBySAML: Bool?

    /// Reads a body.
    ///
    /// - Throws: ``TenableFieldError``.
    public init(_ fields: TenableFields) throws(TenableFieldError) {
        name = try fields.requiredText("name")
        isManagedBySAML = try fields.flag("managed_by_saml")
    }
}
