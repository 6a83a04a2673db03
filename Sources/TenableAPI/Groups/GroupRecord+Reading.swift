import TextBytes
public import WireJSON

extension GroupRecord {
    /// Reads a record; what is left out keeps the value that says nothing.
    ///
    /// - Throws: ``TenableFieldError`` where UUID, id or name is missing, or a member is of the wrong type.
    public init(_ object: JSONObject) throws(TenableFieldError) {
        let fields = TenableFields(object, upTo: TextLimit.answer)
        guard let id = try fields.integer("id") else {
            throw TenableFieldError(field: "id", rule: "is required")
        }
        self.init(
            uuid: try fields.requiredText("uuid"),
            id: id,
            name: try fields.requiredText("name"),
            isManagedBySAML: try fields.flag("managed_by_saml"),
            userCount: try fields.integer("user_count").map { Int(clamping: $0) } ?? 0,
            isBuiltIn: try fields.flag("immutable") ?? false,
            containerUUID: try fields.text("container_uuid") ?? ""
        )
    }
}

extension GroupRequest {
    /// Builds a body.
    public init(name: String, isManagedBySAML: Bool?) {
        self.name = name
        self.isManagedBySAML = isManagedBySAML
    }

    /// Writes the members.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("name", name)
        if let isManagedBySAML { json.member("managed_by_saml", isManagedBySAML) }
    }
}
