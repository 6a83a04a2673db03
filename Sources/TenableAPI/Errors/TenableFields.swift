public import WireJSON

/// The members of a body of the Tenable API.
///
/// `null` is the same as absent, and unknown members are passed over.
public typealias TenableFields = JSONFields<TenablePhrases>

/// The service's own words for a body that does not say what its call needs.
public enum TenablePhrases: FieldPhrases {
    /// Clients send null for what they have not got.
    public static let takesNullForAbsent = true

    /// The sentence of the service's own validation.
    public static func failure(of name: String, _ fault: FieldFault) -> TenableFieldError {
        let rule =
            switch fault {
            case .missing: "is required"
            case .unknown: "is not allowed"
            case .tooLong(let bytes): "must have at most \(bytes) bytes"
            case .notText: "must be a string"
            case .notFlag: "must be a boolean"
            case .notNumber, .outOfRange: "must be an integer"
            case .notArray: "must be an array"
            case .notTexts: "must contain strings only"
            case .notObject: "must be an object"
            case .notObjects: "must be an array of objects"
            }
        return TenableFieldError(field: name, rule: rule)
    }
}

/// What this API's clients send in more than one form.
extension JSONFields where Phrases == TenablePhrases {
    /// A whole number, or its decimal digits in a string as old clients send it, if it is there.
    ///
    /// - Throws: ``TenableFieldError`` when it is something else.
    public func integer(_ name: String) throws(TenableFieldError) -> Int64? {
        guard let value = value(name) else { return nil }
        switch value {
        case .integer(let number):
            return number
        case .string(let text):
            let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            guard isNumber, let number = Int64(text) else {
                throw TenableFieldError(field: name, rule: "must be a number")
            }
            return number
        case .number(let text) where value.isWholeNumber:
            // An integer that 64 bits do not hold is out of every range, so its end of the range will do.
            return text.utf8.first == UInt8(ascii: "-") ? .min : .max
        default:
            throw TenablePhrases.failure(of: name, .notNumber(value, upTo: .max))
        }
    }

    /// A boolean, or 0 or 1 as records have it, if it is there.
    ///
    /// - Throws: ``TenableFieldError`` when it is something else.
    public func flagOrBit(_ name: String) throws(TenableFieldError) -> Bool? {
        guard case .integer(let number)? = value(name) else { return try flag(name) }
        guard number == 0 || number == 1 else {
            throw TenableFieldError(field: name, rule: "must be 0 or 1")
        }
        return number == 1
    }

    /// A text that has to be there, under either of two names.
    ///
    /// - Throws: ``TenableFieldError`` when both are missing, or one is something else.
    public func requiredText(
        _ name: String,
        or other: String
    ) throws(TenableFieldError) -> String {
        if let text = try text(name) { return text }
        return try requiredText(other)
    }
}
