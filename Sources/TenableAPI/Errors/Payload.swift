public import TextBytes
public import WireJSON

/// The members of a body, read by type.
///
/// `null` is the same as absent, unknown members are passed over. A string is measured before it is handed out.
public struct Payload: Sendable {
    private let object: JSONObject
    /// The most bytes of a string, where a field says nothing else.
    let limit: Int

    /// Wraps an object.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - limit: The most bytes of a string, where a field says nothing else.
    public init(_ object: JSONObject, upTo limit: Int = TextLimit.field) {
        self.object = object
        self.limit = limit
    }

    func value(_ name: String) -> JSONValue? {
        object[name].flatMap { $0 == .null ? nil : $0 }
    }

    /// A string, if it is there.
    ///
    /// - Throws: ``PayloadError`` when it is something else, or has more than `limit` bytes.
    public func string(_ name: String, upTo limit: Int? = nil) throws(PayloadError) -> String? {
        switch value(name) {
        case nil: return nil
        case .string(let text): return try measured(text, name, limit)
        default: throw PayloadError(field: name, rule: "must be a string")
        }
    }

    private func measured(
        _ text: String,
        _ name: String,
        _ limit: Int?
    ) throws(PayloadError) -> String {
        let limit = limit ?? self.limit
        guard text.utf8.count <= limit else {
            throw PayloadError(field: name, rule: "must have at most \(limit) bytes")
        }
        return text
    }

    /// A string that has to be there.
    ///
    /// - Throws: ``PayloadError`` when it is missing, something else, or has more than `limit` bytes.
    public func requiredString(
        _ name: String,
        upTo limit: Int? = nil
    ) throws(PayloadError) -> String {
        guard let text = try string(name, upTo: limit) else {
            throw PayloadError(field: name, rule: "is required")
        }
        return text
    }

    /// A boolean, if it is there.
    ///
    /// - Throws: ``PayloadError`` when it is something else.
    public func bool(_ name: String) throws(PayloadError) -> Bool? {
        switch value(name) {
        case nil: return nil
        case .bool(let flag): return flag
        default: throw PayloadError(field: name, rule: "must be a boolean")
        }
    }

    /// A boolean that has to be there.
    ///
    /// - Throws: ``PayloadError`` when it is missing or something else.
    public func requiredBool(_ name: String) throws(PayloadError) -> Bool {
        guard let flag = try bool(name) else {
            throw PayloadError(field: name, rule: "is required")
        }
        return flag
    }

    /// An integer, or its decimal digits in a string as old clients send it, if it is there.
    ///
    /// - Throws: ``PayloadError`` when it is something else.
    public func integer(_ name: String) throws(PayloadError) -> Int64? {
        switch value(name) {
        case nil:
            return nil
        case .integer(let number):
            return number
        case .string(let text):
            let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, let number = Int64(text) else {
                throw PayloadError(field: name, rule: "must be a number")
            }
            return number
        case .number(let text)
        where text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }):
            // An integer that 64 bits do not hold is out of every range, so its end of the range will do.
            return text.utf8.first == 0x2D ? .min : .max
        default:
            throw PayloadError(field: name, rule: "must be an integer")
        }
    }

    /// An array of strings that has to be there.
    ///
    /// - Throws: ``PayloadError`` when it is missing, something else, or a string of it is too long.
    public func requiredStrings(_ name: String) throws(PayloadError) -> [String] {
        guard let value = value(name) else { throw PayloadError(field: name, rule: "is required") }
        guard case .array(let elements) = value else {
            throw PayloadError(field: name, rule: "must be an array")
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw PayloadError(field: name, rule: "must contain strings only")
            }
            texts.append(try measured(text, name, nil))
        }
        return texts
    }
}
