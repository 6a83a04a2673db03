import TextBytes

/// A JSON text as it stands on the wire: it tells 7 from 7.0 and from true.
///
/// Names and strings are compared as bytes.
public enum JSONValue: Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number, as it was written.
    case number(String)
    /// A string.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)

    /// The name of the kind of value, for messages.
    public var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: Equatable {
    /// Whether both are written alike, blanks and escapes aside.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.number(let left), .number(let right)): left.hasSameBytes(as: right)
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }
}

/// The members of a JSON object, in the order in which they were written.
///
/// No name occurs twice.
public struct JSONObject: Sendable, Equatable {
    /// The names and values.
    public private(set) var members: [(name: String, value: JSONValue)]

    /// Builds an object; the names must differ.
    public init(_ members: [(name: String, value: JSONValue)] = []) {
        self.members = members
    }

    /// The value under a name; nil if there is none.
    public subscript(_ name: String) -> JSONValue? {
        // By index: to go through the members themselves would copy each of them.
        for index in members.indices where members[index].name.hasSameBytes(as: name) {
            return members[index].value
        }
        return nil
    }

    /// Whether both have the same members in the same order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.members.count == right.members.count
            && zip(left.members, right.members).allSatisfy { left, right in
                left.name.hasSameBytes(as: right.name) && left.value == right.value
            }
    }
}

/// Why a text is not JSON.
public struct JSONError: Error, Equatable, Sendable {
    /// What is wrong, for people.
    public let message: String
    /// Where, in bytes from the beginning.
    public let offset: Int
}
