/// Which entries a search wants (RFC 4511 section 4.5.1.7).
public indirect enum LDAPFilter: Sendable, Equatable {
    /// All of these; true for none (RFC 4526).
    case and([LDAPFilter])
    /// Any of these; false for none (RFC 4526).
    case or([LDAPFilter])
    /// Not this.
    case not(LDAPFilter)
    /// A value is equal.
    case equal(LDAPAssertion)
    /// A value has these parts.
    case substrings(attribute: ArraySlice<UInt8>, LDAPSubstrings)
    /// A value is not smaller.
    case greaterOrEqual(LDAPAssertion)
    /// A value is not larger.
    case lessOrEqual(LDAPAssertion)
    /// There is a value.
    case present(ArraySlice<UInt8>)
    /// A value is about equal; what that is, is the server's.
    case approximate(LDAPAssertion)
    /// A value matches by a rule that the client names.
    case extensible(LDAPExtensibleMatch)
    /// What could not be taken; the request is refused.
    case refused

    /// How deep filters may stand in each other.
    public static let maximumDepth = 20
    /// From how deep on bytes are no message any more.
    static let fatalDepth = 50
    /// The most terms that a filter may have, each part of a text that is asked for among them: a message has room for half
    /// a million empty ones, which would be read for nothing and looked for in each value.
    public static let maximumTerms = 256

    /// How much of a filter may still be read.
    struct Budget {
        var terms = LDAPFilter.maximumTerms
        var isExceeded = false
    }

    init(
        reading reader: inout BERReader,
        _ budget: inout Budget,
        depth: Int = 0
    ) throws(BERError) {
        guard depth < Self.fatalDepth else { throw BERError("a filter is too deep") }
        let (tag, content) = try reader.element()
        budget.terms -= 1
        if budget.terms < 0 || depth >= Self.maximumDepth { budget.isExceeded = true }
        // The rest is looked at no closer: the answer is known.
        guard budget.terms >= 0 else {
            self = .refused
            return
        }
        var inner = BERReader(content)
        switch tag {
        case 0xA0: self = .and(try Self.all(in: &inner, &budget, depth))
        case 0xA1: self = .or(try Self.all(in: &inner, &budget, depth))
        case 0xA2:
            self = .not(try LDAPFilter(reading: &inner, &budget, depth: depth + 1))
            try inner.requireEnd()
        case 0xA3: self = .equal(try LDAPAssertion(inner))
        case 0xA4:
            let attribute = try inner.octets()
            let parts = try LDAPSubstrings(&inner, &budget)
            try inner.requireEnd()
            self = parts.map { .substrings(attribute: attribute, $0) } ?? .refused
        case 0xA5: self = .greaterOrEqual(try LDAPAssertion(inner))
        case 0xA6: self = .lessOrEqual(try LDAPAssertion(inner))
        case 0x87: self = .present(content)
        case 0xA8: self = .approximate(try LDAPAssertion(inner))
        case 0xA9: self = .extensible(try LDAPExtensibleMatch(inner))
        default: throw BERError("a filter is of an unknown kind")
        }
    }

    private static func all(
        in reader: inout BERReader,
        _ budget: inout Budget,
        _ depth: Int
    ) throws(BERError) -> [LDAPFilter] {
        var filters: [LDAPFilter] = []
        while !reader.isAtEnd, budget.terms >= 0 {
            filters.append(try LDAPFilter(reading: &reader, &budget, depth: depth + 1))
        }
        return filters
    }
}

/// An attribute, and a value that it is held against.
public struct LDAPAssertion: Sendable, Equatable {
    /// The attribute's description.
    public let attribute: ArraySlice<UInt8>
    /// The value.
    public let value: ArraySlice<UInt8>

    /// Builds an assertion.
    public init(attribute: ArraySlice<UInt8>, value: ArraySlice<UInt8>) {
        self.attribute = attribute
        self.value = value
    }

    fileprivate init(_ reader: BERReader) throws(BERError) {
        var reader = reader
        attribute = try reader.octets()
        value = try reader.octets()
        try reader.requireEnd()
    }
}

/// Parts of a value, in their order.
public struct LDAPSubstrings: Sendable, Equatable {
    /// How it begins; nil if that is open.
    public let initial: ArraySlice<UInt8>?
    /// What it has after that.
    public let any: [ArraySlice<UInt8>]
    /// How it ends; nil if that is open.
    public let final: ArraySlice<UInt8>?

    /// Builds the parts.
    public init(
        initial: ArraySlice<UInt8>?,
        any: [ArraySlice<UInt8>],
        final: ArraySlice<UInt8>?
    ) {
        self.initial = initial
        self.any = any
        self.final = final
    }

    /// Reads the parts; nil if the filter has too many, of which no more are read.
    fileprivate init?(
        _ reader: inout BERReader,
        _ budget: inout LDAPFilter.Budget
    ) throws(BERError) {
        var parts = try reader.constructed()
        initial = try parts.contentIfPresent(of: BERTag.context(0))
        var any: [ArraySlice<UInt8>] = []
        while let part = try parts.contentIfPresent(of: BERTag.context(1)) {
            budget.terms -= 1
            guard budget.terms >= 0 else {
                budget.isExceeded = true
                return nil
            }
            any.append(part)
        }
        self.any = any
        final = try parts.contentIfPresent(of: BERTag.context(2))
        try parts.requireEnd()
        guard initial != nil || final != nil || !any.isEmpty else {
            throw BERError("a filter of substrings has none")
        }
    }
}

/// A match by a rule that the client names.
public struct LDAPExtensibleMatch: Sendable, Equatable {
    /// The rule's name or number; nil for that of equality.
    public let rule: ArraySlice<UInt8>?
    /// The attribute; nil for all that know the rule.
    public let attribute: ArraySlice<UInt8>?
    /// The value.
    public let value: ArraySlice<UInt8>
    /// Whether the parts of the entry's name count as its attributes.
    public let includesName: Bool

    /// Builds an assertion.
    public init(
        rule: ArraySlice<UInt8>?,
        attribute: ArraySlice<UInt8>?,
        value: ArraySlice<UInt8>,
        includesName: Bool = false
    ) {
        self.rule = rule
        self.attribute = attribute
        self.value = value
        self.includesName = includesName
    }

    fileprivate init(_ reader: BERReader) throws(BERError) {
        var reader = reader
        rule = try reader.contentIfPresent(of: BERTag.context(1))
        attribute = try reader.contentIfPresent(of: BERTag.context(2))
        value = try reader.octets(BERTag.context(3))
        includesName =
            reader.nextTag == BERTag.context(4) ? try reader.boolean(BERTag.context(4)) : false
        try reader.requireEnd()
        guard rule != nil || attribute != nil else {
            throw BERError("an extensible filter has neither a rule nor an attribute")
        }
    }
}
