/// The words of a dialect for what is wrong with a member of an object.
public protocol FieldPhrases: Sendable {
    /// What is thrown.
    associatedtype Failure: Error

    /// Whether `null` says the same as leaving the member out.
    static var takesNullForAbsent: Bool { get }

    /// Says what is wrong.
    ///
    /// - Parameters:
    ///   - name: The member's name, which may be a stranger's text of any length.
    ///   - fault: What is wrong with the member.
    /// - Returns: What is thrown.
    static func failure(of name: String, _ fault: FieldFault) -> Failure
}

/// What may be wrong with a member of an object.
public enum FieldFault: Sendable {
    /// It has to be there.
    case missing
    /// There is no such member.
    case unknown
    /// It is a text of more bytes than these.
    case tooLong(Int)
    /// It has to be a text.
    case notText(JSONValue)
    /// It has to be a boolean.
    case notFlag(JSONValue)
    /// It has to be a whole number from 0 to this.
    case notNumber(JSONValue, upTo: Int64)
    /// It is a whole number, and not one from 0 to this.
    case outOfRange(JSONValue, upTo: Int64)
    /// It has to be an array.
    case notArray(JSONValue)
    /// It has to be an array of texts, and this stands in it.
    case notTexts(JSONValue)
    /// It has to be an object.
    case notObject
    /// It has to be an array of objects.
    case notObjects
}
