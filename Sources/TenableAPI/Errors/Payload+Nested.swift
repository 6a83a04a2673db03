public import WireJSON

extension Payload {
    /// An object, if it is there.
    ///
    /// - Throws: ``PayloadError`` when it is something else.
    public func object(_ name: String) throws(PayloadError) -> Payload? {
        switch value(name) {
        case nil: return nil
        case .object(let object): return Payload(object, upTo: limit)
        default: throw PayloadError(field: name, rule: "must be an object")
        }
    }

    /// An array of objects, if it is there.
    ///
    /// - Throws: ``PayloadError`` when it is something else.
    public func objects(_ name: String) throws(PayloadError) -> [Payload]? {
        guard let value = value(name) else { return nil }
        guard let objects = value.objects else {
            throw PayloadError(field: name, rule: "must be an array of objects")
        }
        return objects.map { Payload($0, upTo: limit) }
    }

    /// A string that has to be there, under either of two names.
    ///
    /// - Throws: ``PayloadError`` when both are missing, or one is something else.
    public func requiredString(
        _ name: String,
        or other: String
    ) throws(PayloadError) -> String {
        if let text = try string(name) { return text }
        return try requiredString(other)
    }

    /// An array of strings, if it is there.
    ///
    /// - Throws: ``PayloadError`` when it is something else.
    public func strings(_ name: String) throws(PayloadError) -> [String]? {
        guard value(name) != nil else { return nil }
        return try requiredStrings(name)
    }

    /// A boolean, or 0 or 1 as records have it, if it is there.
    ///
    /// - Throws: ``PayloadError`` when it is something else.
    public func flag(_ name: String) throws(PayloadError) -> Bool? {
        guard case .integer(let number)? = value(name) else { return try bool(name) }
        guard number == 0 || number == 1 else {
            throw PayloadError(field: name, rule: "must be 0 or 1")
        }
        return number == 1
    }
}

extension JSONValue {
    /// The elements of an array of nothing but objects; nil for anything else.
    public var objects: [JSONObject]? {
        guard case .array(let elements) = self else { return nil }
        var objects: [JSONObject] = []
        for element in elements {
            guard case .object(let object) = element else { return nil }
            objects.append(object)
        }
        return objects
    }
}
