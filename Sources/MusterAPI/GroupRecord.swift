import TextBytes
public import WireJSON

/// A group in the native API.
public struct GroupRecord: Sendable, Equatable {
    /// `id`; 0 is the built-in group of all users.
    public var id: Int64
    /// `uuid`, in lower case.
    public var uuid: String
    /// `name`.
    public var name: String
    /// `user_count`: how many members there are.
    public var userCount: Int64
    /// `managed_by_saml`: whether single sign-on manages the members; nil if nobody has said so.
    public var isManagedBySAML: Bool?
    /// `immutable`: whether it is the built-in group, of which nothing can be changed.
    public var isImmutable: Bool

    /// Builds a record.
    public init(
        id: Int64,
        uuid: String,
        name: String,
        userCount: Int64,
        isManagedBySAML: Bool?,
        isImmutable: Bool
    ) {
        self.id = id
        self.uuid = uuid
        self.name = name
        self.userCount = userCount
        self.isManagedBySAML = isManagedBySAML
        self.isImmutable = isImmutable
    }

    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("uuid", uuid)
            json.member("name", name)
            json.member("user_count", userCount)
            json.member("managed_by_saml", isManagedBySAML)
            json.member("immutable", isImmutable)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object, upTo: TextLimit.answer)
        id = try fields.number("id").required("id")
        uuid = try fields.text("uuid").required("uuid")
        name = try fields.text("name").required("name")
        userCount = try fields.number("user_count").required("user_count")
        isManagedBySAML = try fields.optionalFlag("managed_by_saml")
        isImmutable = try fields.flag("immutable").required("immutable")
    }
}

/// The body of `POST /groups` and `PATCH /groups/{group}`.
public struct GroupBody: Sendable, Equatable {
    /// `name`.
    public var name: String
    /// `managed_by_saml`; nil leaves it.
    public var isManagedBySAML: Bool?

    /// Builds a body.
    public init(name: String, isManagedBySAML: Bool? = nil) {
        self.name = name
        self.isManagedBySAML = isManagedBySAML
    }

    /// Reads a body; members that it does not know are refused.
    ///
    /// - Throws: ``FieldError``.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = try NativeFields(object, only: ["name", "managed_by_saml"])
        name = try fields.text("name", upTo: TextLimit.answer).required("name")
        isManagedBySAML = try fields.flag("managed_by_saml")
    }

    /// Writes the members that are said.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("name", name)
            if let isManagedBySAML { json.member("managed_by_saml", isManagedBySAML) }
        }
    }
}
