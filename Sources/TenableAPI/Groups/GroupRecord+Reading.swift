import TextBytes
public import WireJSON

extension GroupRecord {
    /// Reads a record; what is left out keeps the value that says nothing.
    ///
    /// - Throws: ``PayloadError`` where UUID, id or name is missing, or a member is of the wrong type.
    public init(_ object: JSONObject) throws(PayloadError) {
        let payload = Payload(object, upTo: TextLimit.answer)
        guard let id = try payload.integer("id") else {
            throw PayloadError(field: "id", rule: "is required")
        }
        self.init(
            uuid: try payload.requiredString("uuid"),
            id: id,
            name: try payload.requiredString("name"),
            isManagedBySAML: try payload.bool("managed_by_saml"),
            userCount: try payload.integer("user_count").map { Int(clamping: $0) } ?? 0,
            isBuiltIn: try payload.bool("immutable") ?? false,
            containerUUID: try payload.string("container_uuid") ?? ""
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
