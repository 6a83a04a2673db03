import TextBytes

/// One attribute of a schema, with the characteristics that RFC 7643 section 2.2 gives it.
public struct SCIMAttribute: Sendable {
    /// What values are.
    public enum Kind: String, Sendable {
        /// A text.
        case string
        /// True or false.
        case boolean
        /// A whole number.
        case integer
        /// A moment.
        case dateTime
        /// The address of something.
        case reference
        /// An object with attributes of its own.
        case complex
    }

    /// Who writes it.
    public enum Mutability: String, Sendable {
        /// The server alone.
        case readOnly
        /// Clients.
        case readWrite
        /// Clients, once.
        case immutable
        /// Clients, who never see it again.
        case writeOnly
    }

    /// When it is in answers.
    public enum Returned: String, Sendable {
        /// In each.
        case always
        /// Unless others are asked for.
        case byDefault = "default"
        /// Where it is asked for.
        case request
        /// Never.
        case never
    }

    /// The name.
    public let name: String
    /// What values are.
    public let kind: Kind
    /// What it means, for people.
    public let description: String
    /// Whether there may be several values.
    public var isMultiValued = false
    /// Whether a resource cannot be without it.
    public var isRequired = false
    /// Whether texts that differ in case are different.
    public var isCaseExact = false
    /// Who writes it.
    public var mutability = Mutability.readWrite
    /// When it is in answers.
    public var returned = Returned.byDefault
    /// Whether no two resources have the same value.
    public var isUnique = false
    /// Values that are suggested.
    public var canonicalValues: [String] = []
    /// What it may refer to.
    public var referenceTypes: [String] = []
    /// The attributes of a complex one.
    public var subAttributes: [SCIMAttribute] = []
    /// The most bytes of a text that clients write.
    public var maximumBytes = SCIMAttribute.usualBytes
    /// Whether a text is a public key as in a .pub file, of which a comment is no part.
    public var isKeyLine = false
    /// The most values, where there may be several.
    public var maximumCount = 20

    /// The most bytes of a text, where nothing else is said.
    public static let usualBytes = 1_020

    /// Builds an attribute with the usual characteristics.
    init(_ name: String, _ kind: Kind = .string, _ description: String) {
        self.name = name
        self.kind = kind
        self.description = description
    }

    /// The same with some characteristics set.
    func with(_ change: (inout SCIMAttribute) -> Void) -> SCIMAttribute {
        var attribute = self
        change(&attribute)
        return attribute
    }

    /// The sub-attribute of a name in any case.
    public func sub(_ name: some StringProtocol) -> SCIMAttribute? {
        subAttributes.first { $0.name.hasSameFoldedBytes(as: name) }
    }
}

extension [SCIMAttribute] {
    /// The attribute of a name in any case.
    func named(_ name: some StringProtocol) -> SCIMAttribute? {
        first { $0.name.hasSameFoldedBytes(as: name) }
    }
}
