extension JSONFields {
    /// Texts, if they are there, each measured.
    ///
    /// - Throws: ``FieldFault/notArray(_:)``, ``FieldFault/notTexts(_:)`` or ``FieldFault/tooLong(_:)``.
    public func texts(
        _ name: String,
        upTo limit: Int? = nil
    ) throws(Phrases.Failure) -> [String]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value else {
            throw Phrases.failure(of: name, .notArray(value))
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw Phrases.failure(of: name, .notTexts(element))
            }
            texts.append(try measured(text, name, limit ?? self.limit))
        }
        return texts
    }

    /// Texts that have to be there, each measured.
    ///
    /// - Throws: ``FieldFault/missing`` and what ``texts(_:upTo:)`` throws.
    public func requiredTexts(_ name: String) throws(Phrases.Failure) -> [String] {
        guard let texts = try texts(name) else { throw Phrases.failure(of: name, .missing) }
        return texts
    }

    /// The members of an object, if it is there.
    ///
    /// - Throws: ``FieldFault/notObject``.
    public func fields(_ name: String) throws(Phrases.Failure) -> Self? {
        guard let value = value(name) else { return nil }
        guard case .object(let object) = value else { throw Phrases.failure(of: name, .notObject) }
        return Self(object, upTo: limit)
    }

    /// The members of each object of an array, if it is there.
    ///
    /// - Throws: ``FieldFault/notObjects``.
    public func manyFields(_ name: String) throws(Phrases.Failure) -> [Self]? {
        guard let value = value(name) else { return nil }
        guard let objects = value.objects else { throw Phrases.failure(of: name, .notObjects) }
        return objects.map { Self($0, upTo: limit) }
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

    /// Whether it is a number without fraction and exponent, however long.
    public var isWholeNumber: Bool {
        switch self {
        case .integer: true
        case .number(let text):
            text.utf8.allSatisfy { $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }
        default: false
        }
    }
}
