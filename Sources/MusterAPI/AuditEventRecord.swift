import TextBytes
public import WireJSON

/// An event of the audit log in the native API.
public struct AuditEventRecord: Sendable, Equatable {
    /// `id`: 32 hexadecimal digits.
    public var id: String
    /// `received`: when it happened, in milliseconds since 1970 in UTC.
    public var received: Int64
    /// `action`, such as `user.update`; a newer server may know more of them.
    public var action: String
    /// `is_failure`: whether it was refused.
    public var isFailure: Bool
    /// `actor`: who did it; nil for somebody who proved no identity.
    public var actor: Party?
    /// `impersonated`: in whose name, where an administrator acted in another's.
    public var impersonated: Party?
    /// `target`: to whom; nil if to nobody.
    public var target: Party?
    /// `address`: from where; nil for a command on the machine itself.
    public var address: String?
    /// `request_id`: the number of the request.
    public var requestID: String
    /// `fields`: what else there is to say.
    public var fields: [Field]

    /// Somebody or something, as it was named at that time.
    public struct Party: Sendable, Equatable {
        /// `id`: the UUID; nil if the name named nobody.
        public var id: String?
        /// `name`.
        public var name: String
        /// `type`: `User` or `Group`.
        public var type: String

        /// Builds a party.
        public init(id: String?, name: String, type: String) {
            self.id = id
            self.name = name
            self.type = type
        }
    }

    /// One thing more that an event says.
    public struct Field: Sendable, Equatable {
        /// `key`.
        public var key: String
        /// `value`.
        public var value: String

        /// Builds a field.
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// Builds a record.
    public init(
        id: String,
        received: Int64,
        action: String,
        isFailure: Bool,
        actor: Party?,
        impersonated: Party?,
        target: Party?,
        address: String?,
        requestID: String,
        fields: [Field]
    ) {
        self.id = id
        self.received = received
        self.action = action
        self.isFailure = isFailure
        self.actor = actor
        self.impersonated = impersonated
        self.target = target
        self.address = address
        self.requestID = requestID
        self.fields = fields
    }
}

extension AuditEventRecord {
    /// Writes the record.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("id", id)
            json.member("action", action)
            json.member("is_failure", isFailure)
            json.member("received", received)
            AuditEventRecord.write(actor, under: "actor", to: &json)
            AuditEventRecord.write(impersonated, under: "impersonated", to: &json)
            AuditEventRecord.write(target, under: "target", to: &json)
            json.member("address", address)
            json.member("request_id", requestID)
            json.name("fields")
            json.array { json in
                for field in fields {
                    json.object { json in
                        json.member("key", field.key)
                        json.member("value", field.value)
                    }
                }
            }
        }
    }

    private static func write(
        _ party: Party?,
        under name: StaticString,
        to json: inout JSONWriter
    ) {
        guard let party else { return json.null(name) }
        json.name(name)
        json.object { json in
            json.member("id", party.id)
            json.member("name", party.name)
            json.member("type", party.type)
        }
    }

    /// Reads a record; members that it does not know are passed over.
    ///
    /// - Throws: ``FieldError`` for the first member that is missing or something else.
    public init(_ object: JSONObject) throws(FieldError) {
        let fields = NativeFields(object, upTo: TextLimit.answer)
        id = try fields.text("id").required("id")
        received = try fields.number("received").required("received")
        action = try fields.text("action").required("action")
        isFailure = try fields.flag("is_failure").required("is_failure")
        actor = try AuditEventRecord.party(fields, "actor")
        impersonated = try AuditEventRecord.party(fields, "impersonated")
        target = try AuditEventRecord.party(fields, "target")
        address = try fields.optionalText("address")
        requestID = try fields.text("request_id").required("request_id")
        self.fields = try fields.objects("fields") { (fields) throws(FieldError) in
            Field(
                key: try fields.text("key").required("key"),
                value: try fields.text("value").required("value")
            )
        }
    }

    private static func party(
        _ fields: NativeFields,
        _ name: String
    ) throws(FieldError) -> Party? {
        guard let value = fields.object[name], value != .null else { return nil }
        let party = try fields.requiredFields(name)
        return Party(
            id: try party.optionalText("id"),
            name: try party.text("name").required("name"),
            type: try party.text("type").required("type")
        )
    }
}
