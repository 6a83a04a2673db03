import TextBytes
import WireJSON

/// A member of an object that is not what it has to be.
public struct FieldError: Error, Sendable, Equatable {
    /// The member.
    public let field: String
    /// What is wrong with it: `"timeout" must be a number from 0 to 2147483647`.
    public let message: String

    init(_ field: String, _ rule: String) {
        // The name may be a stranger's.
        self.field = field.head(60)
        message = "\"\(self.field)\" \(rule)"
    }

    /// A complaint that quotes the value, unless it may be a secret or is long.
    init(_ field: String, _ rule: String, not value: JSONValue) {
        let quoted: String? =
            switch value {
            case .string(let text): text.quoted(40)
            case .integer(let number): String(number)
            case .number(let text): text.head(40)
            case .bool(let flag): flag ? "true" : "false"
            case .null: "null"
            case .array, .object: nil
            }
        let isSecret =
            field.utf8.starts(with: "password".utf8) || field.utf8.starts(with: "current_".utf8)
        self.init(field, rule + (isSecret ? "" : quoted.map { ", not \($0)" } ?? ""))
    }
}

/// The members of an object, read by type and never coerced.
///
/// Names are compared as bytes; a text is measured before it is handed out.
struct FieldReader {
    private let object: JSONObject

    /// Wraps an object that may have any members.
    init(_ object: JSONObject) {
        self.object = object
    }

    /// Wraps an object that has no members but these, so that a misspelt name is no silent loss.
    ///
    /// - Throws: ``FieldError`` for the first member that is not among them.
    init(_ object: JSONObject, only names: Set<ByteText>) throws(FieldError) {
        self.object = object
        guard let stranger = object.members.first(where: { !names.contains(ByteText($0.name)) })
        else {
            return
        }
        throw FieldError(stranger.name, "is not allowed")
    }

    /// Whether there is such a member.
    func has(_ name: String) -> Bool { object[name] != nil }

    /// The text of a member; nil where there is none, or it is something else.
    func textIfAny(_ name: String) -> String? {
        guard case .string(let text)? = object[name] else { return nil }
        return text
    }

    /// The text of a member.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - limit: The most bytes that are read.
    ///   - told: The most bytes by the text's own rule, where those are fewer; nil if they are not.
    /// - Returns: The text; nil if there is none.
    /// - Throws: ``FieldError``.
    func text(
        _ name: String,
        upTo limit: Int = TextLimit.field,
        telling told: Int? = nil
    ) throws(FieldError) -> String? {
        guard let value = object[name] else { return nil }
        guard case .string(let text) = value else {
            throw FieldError(name, "must be a string", not: value)
        }
        return try FieldReader.measured(text, name, limit, telling: told)
    }

    private static func measured(
        _ text: String,
        _ name: String,
        _ limit: Int,
        telling told: Int? = nil
    ) throws(FieldError) -> String {
        guard text.utf8.count <= limit else {
            throw FieldError(name, "must have at most \(told ?? limit) bytes")
        }
        return text
    }

    /// A text in whose place null stands for none.
    func textOrNull(_ name: String, telling told: Int? = nil) throws(FieldError) -> String? {
        object[name] == .null ? "" : try text(name, telling: told)
    }

    func flag(_ name: String) throws(FieldError) -> Bool? {
        guard let value = object[name] else { return nil }
        guard case .bool(let flag) = value else {
            throw FieldError(name, "must be a boolean", not: value)
        }
        return flag
    }

    func number(_ name: String, upTo limit: Int64 = .max) throws(FieldError) -> Int64? {
        guard let value = object[name] else { return nil }
        guard case .integer(let number) = value, (0...limit).contains(number) else {
            throw FieldError(name, "must be a number from 0 to \(limit)", not: value)
        }
        return number
    }

    /// A moment in milliseconds since 1970 in UTC, in whose place null stands for none.
    func momentOrNull(_ name: String) throws(FieldError) -> MomentOrNull? {
        guard let value = object[name] else { return nil }
        if value == .null { return .null }
        guard case .integer(let number) = value, (0...MomentOrNull.last).contains(number) else {
            let rule = "must be milliseconds since 1970, from 0 to \(MomentOrNull.last), or null"
            throw FieldError(name, rule, not: value)
        }
        return .moment(number)
    }

    /// The number of a role, of which the server knows which there are.
    func roleNumber(_ name: String) throws(FieldError) -> Int64? {
        guard let value = object[name] else { return nil }
        guard case .integer(let number) = value, number >= 0 else {
            throw FieldError(name, "must be the number of a role, such as 32", not: value)
        }
        return number
    }

    /// Texts, each of at most `limit` bytes.
    func texts(
        _ name: String,
        upTo limit: Int = TextLimit.field
    ) throws(FieldError) -> [String]? {
        guard let value = object[name] else { return nil }
        guard case .array(let elements) = value else {
            throw FieldError(name, "must be an array", not: value)
        }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                throw FieldError(name, "must contain strings only", not: element)
            }
            texts.append(try FieldReader.measured(text, name, limit))
        }
        return texts
    }

    func object(_ name: String) throws(FieldError) -> FieldReader {
        guard case .object(let object)? = object[name] else {
            throw FieldError(name, "must be an object")
        }
        return FieldReader(object)
    }

    /// Objects, each read by `read`; none where there is no such member.
    func objects<Value>(
        _ name: String,
        _ read: (FieldReader) throws(FieldError) -> Value
    ) throws(FieldError) -> [Value] {
        guard let value = object[name] else { return [] }
        guard case .array(let elements) = value else { throw FieldError(name, "must be an array") }
        var values: [Value] = []
        for element in elements {
            guard case .object(let object) = element else {
                throw FieldError(name, "must contain objects only")
            }
            values.append(try read(FieldReader(object)))
        }
        return values
    }

    /// A number where null and absent are the same.
    func optionalNumber(_ name: String) throws(FieldError) -> Int64? {
        object[name] == .null ? nil : try number(name)
    }

    /// A text where null and absent are the same.
    func optionalText(
        _ name: String,
        upTo limit: Int = TextLimit.field
    ) throws(FieldError) -> String? {
        object[name] == .null ? nil : try text(name, upTo: limit)
    }
}

extension Optional {
    /// The value, which has to be there.
    ///
    /// - Throws: ``FieldError`` where it is not.
    func required(_ name: String) throws(FieldError) -> Wrapped {
        guard let self else { throw FieldError(name, "is required") }
        return self
    }
}

extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: String?) {
        if let value { member(name, value) } else { null(name) }
    }

    mutating func member(_ name: StaticString, _ value: Int64?) {
        if let value { member(name, value) } else { null(name) }
    }

    mutating func member(_ name: StaticString, _ texts: [String]) {
        self.name(name)
        array { json in
            for text in texts { json.string(text) }
        }
    }
}
