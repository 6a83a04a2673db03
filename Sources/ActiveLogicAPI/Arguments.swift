public import TextBytes
public import WireJSON

/// An argument that does not fit.
public struct ArgumentError: Error, Sendable, Equatable {
    /// ``ErrorKind/typeError`` or ``ErrorKind/valueError``.
    public let kind: ErrorKind
    /// The argument.
    public let field: String
    /// What is wrong with it.
    public let message: String
}

/// The members of a body, read by type and never coerced: 7 is not 7.0, and neither is true.
///
/// A text is measured before it is handed out.
public struct Arguments: Sendable {
    private let object: JSONObject

    /// Wraps an object.
    public init(_ object: JSONObject) {
        self.object = object
    }

    /// A text, if it is there; null is the same as absent.
    ///
    /// - Throws: ``ArgumentError``: a TypeError for anything else, a ValueError beyond `limit` bytes.
    public func text(
        _ name: String,
        upTo limit: Int = TextLimit.field
    ) throws(ArgumentError) -> String? {
        switch object[name] {
        case nil, .null?: return nil
        case .string(let text)?: return try Arguments.measured(text, name, limit)
        case let other?: throw Arguments.typeError(name, "str", other)
        }
    }

    private static func measured(
        _ text: String,
        _ name: String,
        _ limit: Int
    ) throws(ArgumentError) -> String {
        guard text.utf8.count <= limit else {
            throw ArgumentError(
                kind: .valueError,
                field: name,
                message: "\(name) is too long: it must have at most \(limit) bytes"
            )
        }
        return text
    }

    /// A text that has to be there.
    ///
    /// - Throws: ``ArgumentError``: a TypeError for anything else, a ValueError beyond `limit` bytes.
    public func requiredText(
        _ name: String,
        upTo limit: Int = TextLimit.field
    ) throws(ArgumentError) -> String {
        guard let text = try text(name, upTo: limit) else {
            throw ArgumentError(kind: .typeError, field: name, message: "\(name) is missing")
        }
        return text
    }

    /// A whole number from 0 to `limit`, if it is there; null is the same as absent.
    ///
    /// - Throws: ``ArgumentError``: a TypeError for anything but a whole number, a ValueError beyond bounds.
    public func number(_ name: String, upTo limit: Int64) throws(ArgumentError) -> Int64? {
        switch object[name] {
        case nil, .null?:
            return nil
        case .integer(let number)? where (0...limit).contains(number):
            return number
        case .integer(let number)?:
            throw Arguments.rangeError(name, limit, String(number))
        case .number(let text)?
        where text.utf8.allSatisfy({ $0 == 0x2D || (0x30...0x39).contains($0) }):
            throw Arguments.rangeError(name, limit, text.head(40))
        case let other?:
            throw Arguments.typeError(name, "int", other)
        }
    }

    /// A list of texts, if it is there; null is the same as absent.
    ///
    /// - Throws: ``ArgumentError``: a TypeError for anything else, a ValueError for a text that is too long.
    public func texts(_ name: String) throws(ArgumentError) -> [String]? {
        switch object[name] {
        case nil, .null?:
            return nil
        case .array(let elements)?:
            var texts: [String] = []
            for element in elements {
                guard case .string(let text) = element else {
                    throw Arguments.typeError(name, "list of str", element)
                }
                texts.append(try Arguments.measured(text, name, TextLimit.field))
            }
            return texts
        case let other?:
            throw Arguments.typeError(name, "list of str", other)
        }
    }

    private static func typeError(
        _ name: String,
        _ wanted: String,
        _ value: JSONValue
    ) -> ArgumentError {
        ArgumentError(
            kind: .typeError,
            field: name,
            message: "\(name) must be \(wanted), not \(value.kind)"
        )
    }

    private static func rangeError(
        _ name: String,
        _ limit: Int64,
        _ value: String
    ) -> ArgumentError {
        ArgumentError(
            kind: .valueError,
            field: name,
            message: "\(name) is out of range: it must be from 0 to \(limit), not \(value)"
        )
    }
}
