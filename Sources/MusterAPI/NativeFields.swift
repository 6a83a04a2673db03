import TextBytes
import WireJSON

/// A member of an object that is not what it has to be.
public struct FieldError: Error, Sendable, Equatable {
    /// The member.
    public let field: String
    /// What is wrong with it: `"timeout" must be a number from 0 to 2147483647`.
    public var message: String { "\"\(field)\" \(rule)" }
    /// The same without the member's name: `must be a number from 0 to 2147483647`.
    public let rule: String

    init(_ field: String, _ rule: String) {
        // The name may be a stranger's.
        self.field = field.head(60)
        self.rule = rule
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

/// The members of an object of the native API.
typealias NativeFields = JSONFields<NativePhrases>

/// The native API's words, which quote what was sent.
enum NativePhrases: FieldPhrases {
    /// Null is a value of its own: it takes a value away.
    static let takesNullForAbsent = false

    static func failure(of name: String, _ fault: FieldFault) -> FieldError {
        switch fault {
        case .missing: FieldError(name, "is required")
        case .unknown: FieldError(name, "is not allowed")
        case .tooLong(let bytes): FieldError(name, "must have at most \(bytes) bytes")
        case .notText(let value): FieldError(name, "must be a string", not: value)
        case .notFlag(let value): FieldError(name, "must be a boolean", not: value)
        case .notNumber(let value, let limit), .outOfRange(let value, let limit):
            FieldError(name, "must be a number from 0 to \(limit)", not: value)
        case .notArray(let value): FieldError(name, "must be an array", not: value)
        case .notTexts(let value): FieldError(name, "must contain strings only", not: value)
        case .notObject: FieldError(name, "must be an object")
        case .notObjects: FieldError(name, "must be an array of objects")
        }
    }
}

/// What null means, member by member.
extension JSONFields where Phrases == NativePhrases {
    /// A text in whose place null stands for none.
    func textOrNull(_ name: String, telling told: Int? = nil) throws(FieldError) -> String? {
        object[name] == .null ? "" : try text(name, telling: told)
    }

    /// A number where null and absent are the same.
    func optionalNumber(_ name: String) throws(FieldError) -> Int64? {
        object[name] == .null ? nil : try number(name)
    }

    /// A flag where null and absent are the same.
    func optionalFlag(_ name: String) throws(FieldError) -> Bool? {
        object[name] == .null ? nil : try flag(name)
    }

    /// A text where null and absent are the same.
    func optionalText(_ name: String, upTo limit: Int? = nil) throws(FieldError) -> String? {
        object[name] == .null ? nil : try text(name, upTo: limit)
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

    /// The members of an object that has to be there.
    func requiredFields(_ name: String) throws(FieldError) -> NativeFields {
        guard let fields = try fields(name) else {
            throw NativePhrases.failure(of: name, .notObject)
        }
        return fields
    }

    /// Objects, each read by `read`; none if there is no such member.
    func objects<Value>(
        _ name: String,
        _ read: (NativeFields) throws(FieldError) -> Value
    ) throws(FieldError) -> [Value] {
        var values: [Value] = []
        for fields in try manyFields(name) ?? [] { values.append(try read(fields)) }
        return values
    }
}

extension Optional {
    /// The value, which has to be there.
    ///
    /// - Throws: ``FieldError`` if it is not.
    func required(_ name: String) throws(FieldError) -> Wrapped {
        guard let self else { throw NativePhrases.failure(of: name, .missing) }
        return self
    }
}
