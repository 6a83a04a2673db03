import LDAPWire

/// What a filter makes of an entry (RFC 4511 section 4.5.1.7).
enum LDAPTruth: Int, Sendable, Comparable {
    case isFalse
    case isUndefined
    case isTrue

    init(_ value: Bool) {
        self = value ? .isTrue : .isFalse
    }

    static func < (left: LDAPTruth, right: LDAPTruth) -> Bool { left.rawValue < right.rawValue }

    /// The other truth; what is undefined stays so.
    var negated: LDAPTruth {
        switch self {
        case .isTrue: .isFalse
        case .isFalse: .isTrue
        case .isUndefined: .isUndefined
        }
    }
}

/// A filter whose names and values were read.
///
/// What the schema does not know, and values that are none of an attribute's syntax, are undefined and no fault.
indirect enum LDAPCondition: Sendable, Equatable {
    case constant(LDAPTruth)
    case and([LDAPCondition])
    case or([LDAPCondition])
    case not(LDAPCondition)
    case test(LDAPAttribute, LDAPTest)

    init(_ filter: LDAPFilter) {
        switch filter {
        case .and(let filters): self = .and(filters.map(LDAPCondition.init))
        case .or(let filters): self = .or(filters.map(LDAPCondition.init))
        case .not(let filter): self = .not(LDAPCondition(filter))
        case .equal(let assertion), .approximate(let assertion):
            self = LDAPCondition.equality(assertion)
        case .greaterOrEqual(let assertion):
            self = LDAPCondition.order(assertion) { .atLeast($0) }
        case .lessOrEqual(let assertion):
            self = LDAPCondition.order(assertion) { .atMost($0) }
        case .present(let attribute):
            self =
                LDAPCondition.readable(attribute).map { .test($0, .present) }
                ?? .constant(.isUndefined)
        case .substrings(let attribute, let parts):
            self = LDAPCondition.substrings(attribute, parts)
        case .extensible(let match): self = LDAPCondition.extensible(match)
        case .refused: self = .constant(.isUndefined)
        }
    }

    /// Whether one of some attributes is asked about.
    func names(_ attributes: LDAPAttributeSet) -> Bool {
        switch self {
        case .constant: false
        case .not(let inner): inner.names(attributes)
        case .and(let all), .or(let all): all.contains { $0.names(attributes) }
        case .test(let attribute, _): attributes.contains(attribute)
        }
    }

    /// How many of its questions are of a kind.
    func count(of isCounted: (LDAPAttribute, LDAPTest) -> Bool) -> Int {
        switch self {
        case .constant: 0
        case .not(let inner): inner.count(of: isCounted)
        case .and(let all), .or(let all): all.reduce(0) { $0 + $1.count(of: isCounted) }
        case .test(let attribute, let test): isCounted(attribute, test) ? 1 : 0
        }
    }

    /// How many values it holds against texts, of which each folds the entry's again.
    var textTerms: Int {
        count { attribute, test in
            if case .present = test { false } else { attribute.rule.isText }
        }
    }

    /// Whether the values of some attributes are gone through; for one that is equal they are not, where they are members.
    func goesThrough(_ attributes: LDAPAttributeSet) -> Bool {
        switch self {
        case .constant, .test(_, .equal): false
        case .not(let inner): inner.goesThrough(attributes)
        case .and(let all), .or(let all): all.contains { $0.goesThrough(attributes) }
        case .test(let attribute, _): attributes.contains(attribute)
        }
    }

    /// An attribute that may be asked about: passwords may not.
    private static func readable(_ name: some Collection<UInt8>) -> LDAPAttribute? {
        LDAPAttribute.named(name).flatMap { $0 == .userPassword ? nil : $0 }
    }

    private static func equality(
        _ assertion: LDAPAssertion,
        by rule: LDAPMatchingRule? = nil
    ) -> LDAPCondition {
        guard let attribute = readable(assertion.attribute),
            let value = LDAPValue(assertion.value, rule ?? attribute.rule)
        else { return .constant(.isUndefined) }
        let named = attribute.namesClass ? LDAPObjectClass.numbered(assertion.value) : nil
        let known = named.map { LDAPValue.text($0.rawValue.utf8.foldedBytes) }
        return .test(attribute, .equal(known ?? value, raw: Array(assertion.value)))
    }

    /// The attributes of names above entries that the entries themselves have not got: what names its own entry is an attribute
    /// of it as well.
    private static let containers: LDAPAttributeSet = [.ou, .dc, .o]

    /// The value is one of the attribute's, or stands in the entry's name (RFC 4511 section 4.5.1.7.7).
    private static func equalityOrName(_ assertion: LDAPAssertion) -> LDAPCondition {
        let own = equality(assertion)
        guard case .test(let attribute, .equal(let value, _)) = own, containers.contains(attribute)
        else { return own }
        return .or([own, .test(attribute, .inName(value))])
    }

    private static func order(
        _ assertion: LDAPAssertion,
        _ test: (LDAPValue) -> LDAPTest
    ) -> LDAPCondition {
        guard let attribute = readable(assertion.attribute), attribute.rule.ordering != nil,
            let value = LDAPValue(assertion.value, attribute.rule),
            value.isLess(than: value) != nil
        else { return .constant(.isUndefined) }
        return .test(attribute, test(value))
    }

    private static func substrings(
        _ name: ArraySlice<UInt8>,
        _ parts: LDAPSubstrings
    ) -> LDAPCondition {
        guard let attribute = readable(name), attribute.rule.substrings != nil,
            let read = LDAPTextParts(parts, attribute.rule)
        else { return .constant(.isUndefined) }
        return .test(attribute, .substrings(read))
    }

    /// The rules that a client may name; another is undefined.
    private static func extensible(_ match: LDAPExtensibleMatch) -> LDAPCondition {
        guard let name = match.attribute, let attribute = readable(name) else {
            return .constant(.isUndefined)
        }
        let assertion = LDAPAssertion(attribute: name, value: match.value)
        guard let rule = match.rule else {
            return match.includesName ? equalityOrName(assertion) : equality(assertion)
        }
        guard let rule = LDAPExtensibleRule(rule) else { return .constant(.isUndefined) }
        switch rule {
        case .matching(let rule) where match.includesName && rule == attribute.rule:
            return equalityOrName(assertion)
        case .inChain:
            // Groups are in no groups, so that a chain is one link long.
            return equality(assertion)
        case .bitAnd:
            guard attribute.rule == .integer,
                case .number(let bits) = LDAPValue(match.value, .integer)
            else { return .constant(.isUndefined) }
            return .test(attribute, .bitAnd(bits))
        case .matching(let rule):
            guard rule == attribute.rule || attribute.rule.isText && rule.isText else {
                return .constant(.isUndefined)
            }
            return rule == .caseExactASCII && attribute.rule != .caseExactASCII
                ? .test(attribute, .exactly(Array(match.value)))
                : equality(assertion, by: attribute.rule)
        }
    }
}

/// What one attribute has to be.
enum LDAPTest: Sendable, Equatable {
    case present
    /// A value is equal; `raw` is how the client wrote it.
    case equal(LDAPValue, raw: [UInt8])
    /// A value has the same bytes.
    case exactly([UInt8])
    case substrings(LDAPTextParts)
    case atLeast(LDAPValue)
    case atMost(LDAPValue)
    /// A number has all of these bits.
    case bitAnd(Int64)
    /// A part of the entry's name, or of one above it, has the value.
    case inName(LDAPValue)
}

/// A rule that a client names in a filter.
private enum LDAPExtensibleRule {
    /// Of Active Directory: groups of groups as well.
    case inChain
    /// Of Active Directory: bits of a number.
    case bitAnd
    case matching(LDAPMatchingRule)

    /// Those that are taken under their own names.
    private static let known: [LDAPMatchingRule] = [
        .caseIgnore, .distinguishedName, .integer, .telephone,
    ]

    init?(_ name: ArraySlice<UInt8>) {
        guard name.count <= 64 else { return nil }
        let name = name.foldedBytes
        func isNamed(_ names: String...) -> Bool {
            names.contains { $0.utf8.foldedBytes == name }
        }
        if isNamed("1.2.840.113556.1.4.1941") {
            self = .inChain
        } else if isNamed("1.2.840.113556.1.4.803") {
            self = .bitAnd
        } else if isNamed("caseExactMatch", "2.5.13.5") {
            self = .matching(.caseExactASCII)
        } else if let rule = LDAPExtensibleRule.known.first(where: { isNamed($0.rawValue, $0.oid) })
        {
            self = .matching(rule)
        } else {
            return nil
        }
    }
}

extension LDAPMatchingRule {
    /// Whether its values are texts.
    var isText: Bool { substrings != nil }
}
