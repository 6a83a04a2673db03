import TextBytes
public import WireJSON

/// A whole resource that a client sent, to be made or to take another's place.
public struct SCIMBody: Sendable {
    /// What clients write of it, each attribute in its own form and order; what the server alone writes is not in it.
    public let resource: JSONObject
    /// The names of all attributes that stand there, those without a value, too.
    private let names: Set<ByteText>

    /// Reads a resource of a kind; attributes that are not known are passed over.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidSyntax` or `invalidValue`.
    public init(_ body: JSONObject, of type: SCIMResourceType) throws(SCIMFailure) {
        try body.requireDistinctNames()
        if let schemas = body.folded("schemas") {
            guard case .array = schemas else {
                throw SCIMFailure(.invalidSyntax, "\"schemas\" must be an array.")
            }
        }
        var resource = JSONObject()
        var names: Set<ByteText> = []
        for (name, value) in body.members {
            guard case .known(let path) = type.resolve(name), path.sub == nil else { continue }
            names.insert(ByteText(path.schema?.id ?? path.attribute?.name ?? ""))
            try SCIMBody.take(value, at: path, into: &resource)
        }
        self.resource = type.ordered(resource)
        self.names = names
    }

    /// Whether an attribute of the resource itself, or an extension, is named.
    public func names(_ name: String) -> Bool { names.contains(ByteText(name)) }

    private static func take(
        _ value: JSONValue,
        at path: SCIMPath,
        into resource: inout JSONObject
    ) throws(SCIMFailure) {
        if let attribute = path.attribute {
            guard attribute.mutability != .readOnly, let read = try attribute.read(value) else {
                return
            }
            let kept =
                attribute.isMultiValued ? try SCIMElements(attribute, read).checked() : read
            resource = resource.setting(attribute.name, to: kept, in: path.schema)
            return
        }
        guard let schema = path.schema, value != .null else { return }
        guard case .object(let object) = value else {
            throw SCIMFailure(.invalidValue, "\(schema.id.quoted(80)) must be an object.")
        }
        try object.requireDistinctNames()
        for (name, value) in object.members {
            guard let attribute = schema.attributes.named(name),
                attribute.mutability != .readOnly, let read = try attribute.read(value)
            else { continue }
            resource = resource.setting(attribute.name, to: read, in: schema)
        }
    }
}

extension JSONObject {
    /// The same with an attribute set, or taken away where the value is nil, in the resource or in an extension of it.
    public func setting(
        _ name: String,
        to value: JSONValue?,
        in schema: SCIMSchema?
    ) -> JSONObject {
        guard let schema else { return setting(name, to: value) }
        let extended = `extension`(schema).setting(name, to: value)
        return setting(schema.id, to: extended.members.isEmpty ? nil : .object(extended))
    }

    /// What is in an extension.
    public func `extension`(_ schema: SCIMSchema) -> JSONObject {
        guard case .object(let object)? = self[schema.id] else { return JSONObject() }
        return object
    }

    /// The value of an attribute, in the resource or in an extension of it.
    public func value(_ name: String, in schema: SCIMSchema? = nil) -> JSONValue? {
        schema.map { `extension`($0)[name] } ?? self[name]
    }
}

extension SCIMAttribute {
    /// Writes a value as a member of an object, with its parts in the order of the schema.
    public func write(_ value: JSONValue, to json: inout JSONWriter) {
        json.name(escaping: name)
        writeOrdered(value, to: &json)
    }

    private func writeOrdered(_ value: JSONValue, to json: inout JSONWriter) {
        guard kind == .complex else { return json.value(value) }
        switch value {
        case .object(let object):
            json.beginObject()
            // By index: to go through the attributes themselves would copy each of them.
            for index in subAttributes.indices {
                guard let part = object[subAttributes[index].name] else { continue }
                subAttributes[index].write(part, to: &json)
            }
            json.endObject()
        case .array(let elements):
            json.beginArray()
            for element in elements { writeOrdered(element, to: &json) }
            json.endArray()
        default: json.value(value)
        }
    }
}

extension SCIMResourceType {
    /// A resource with its attributes in the order of the schemas.
    public func ordered(_ resource: JSONObject) -> JSONObject {
        var members = Self.ordered(resource, attributes).members
        for schema in extensions {
            let extended = Self.ordered(resource.extension(schema), schema.attributes)
            if !extended.members.isEmpty { members.append((schema.id, .object(extended))) }
        }
        return JSONObject(members)
    }

    private static func ordered(_ object: JSONObject, _ attributes: [SCIMAttribute]) -> JSONObject {
        JSONObject(
            attributes.compactMap { attribute in
                object[attribute.name].map { (attribute.name, ordered($0, attribute)) }
            }
        )
    }

    fileprivate static func ordered(_ value: JSONValue, _ attribute: SCIMAttribute) -> JSONValue {
        guard attribute.kind == .complex else { return value }
        switch value {
        case .object(let object): return .object(ordered(object, attribute.subAttributes))
        case .array(let elements): return .array(elements.map { ordered($0, attribute) })
        default: return value
        }
    }
}
