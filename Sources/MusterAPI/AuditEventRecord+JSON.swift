import TextBytes
public import WireJSON

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
