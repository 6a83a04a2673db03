import TextBytes
public import WireJSON

/// The members of a body of the ActiveLogic API, never coerced: 7 is not 7.0, and neither is true.
///
/// `null` is the same as absent.
public typealias ActiveLogicFields = JSONFields<ActiveLogicPhrases>

/// An argument that does not fit.
public struct ArgumentError: Error, Sendable, Equatable {
    /// ``ErrorKind/typeError`` or ``ErrorKind/valueError``.
    public let kind: ErrorKind
    /// The argument.
    public let field: String
    /// What is wrong with it.
    public let message: String
}

/// The words of this API, which are Python's.
public enum ActiveLogicPhrases: FieldPhrases {
    /// The manual's methods pass None for what is not given.
    public static let takesNullForAbsent = true

    /// A ValueError for what is too long or out of bounds, a TypeError for everything else.
    public static func failure(of name: String, _ fault: FieldFault) -> ArgumentError {
        switch fault {
        case .missing: typeError(name, "is missing")
        case .unknown: typeError(name, "is not an argument")
        case .tooLong(let bytes):
            valueError(name, "is too long: it must have at most \(bytes) bytes")
        case .notText(let value): typeError(name, "must be str, not \(value.kind)")
        case .notFlag(let value): typeError(name, "must be bool, not \(value.kind)")
        case .notNumber(let value, _): typeError(name, "must be int, not \(value.kind)")
        case .outOfRange(let value, let limit):
            valueError(
                name,
                "is out of range: it must be from 0 to \(limit), not \(digits(of: value))"
            )
        case .notArray(let value), .notTexts(let value):
            typeError(name, "must be list of str, not \(value.kind)")
        case .notObject: typeError(name, "must be dict")
        case .notObjects: typeError(name, "must be list of dict")
        }
    }

    private static func typeError(_ name: String, _ rule: String) -> ArgumentError {
        ArgumentError(kind: .typeError, field: name, message: "\(name) \(rule)")
    }

    private static func valueError(_ name: String, _ rule: String) -> ArgumentError {
        ArgumentError(kind: .valueError, field: name, message: "\(name) \(rule)")
    }

    private static func digits(of value: JSONValue) -> String {
        switch value {
        case .integer(let number): String(number)
        case .number(let text): text.head(40)
        default: value.kind
        }
    }
}
