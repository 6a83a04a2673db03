import WireJSON

extension JSONObject {
    /// The value at a path of names, `two_factor.required`.
    func value(at path: String) -> JSONValue? {
        var value = JSONValue.object(self)
        for name in path.split(separator: ".") {
            guard case .object(let object) = value, let member = object[String(name)] else {
                return nil
            }
            value = member
        }
        return value
    }

    /// The text at a path; nil if there is none.
    func text(_ path: String) -> String? {
        guard case .string(let text)? = value(at: path) else { return nil }
        return text
    }

    /// The integer at a path; nil if there is none.
    func integer(_ path: String) -> Int64? {
        guard case .integer(let value)? = value(at: path) else { return nil }
        return value
    }

    /// Whether there is true at a path.
    func flag(_ path: String) -> Bool {
        value(at: path) == .bool(true)
    }

    /// The texts of an array at a path; none if there is no array, for what is shown only.
    func texts(_ path: String) -> [String] {
        guard case .array(let elements)? = value(at: path) else { return [] }
        return elements.map(\.plainText)
    }

    /// The object with a member more at its end.
    func adding(_ name: String, _ value: JSONValue) -> JSONObject {
        JSONObject(members + [(name, value)])
    }

    /// The objects of an array at a path; none if there is no array, for what is shown only.
    func objects(_ path: String) -> [JSONObject] {
        guard case .array(let elements)? = value(at: path) else { return [] }
        return elements.compactMap { if case .object(let object) = $0 { object } else { nil } }
    }
}

extension JSONValue {
    /// The value as one cell of a table: a string as it is, a list with blanks, nothing for null.
    var plainText: String { text(between: " ") }

    /// The value as one cell of CSV: as in a table, but a list as the import of users takes it.
    var cellText: String { text(between: ";") }

    private func text(between separator: String) -> String {
        switch self {
        case .null: ""
        case .bool(let value): value ? "true" : "false"
        case .integer(let value): String(value)
        case .number(let text), .string(let text): text
        case .array(let elements): elements.map(\.plainText).joined(separator: separator)
        case .object: JSONText.line(self)
        }
    }
}
