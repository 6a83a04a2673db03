public import WireJSON

/// A filter (RFC 7644 section 3.4.2.2), with every name resolved.
public indirect enum SCIMFilter: Sendable {
    /// All of them.
    case and([SCIMFilter])
    /// One of them at least.
    case or([SCIMFilter])
    /// The other one fails.
    case not(SCIMFilter)
    /// One value of a path compares as is asked.
    case compare(SCIMPath, SCIMComparison)
    /// One value of an attribute passes a filter over its parts, and a part of that value compares as is asked.
    case value(SCIMPath, SCIMFilter, then: (SCIMAttribute, SCIMComparison)?)
    /// Inside brackets: a part of the value compares as is asked.
    case part(SCIMAttribute, SCIMComparison)
    /// Nobody: the attribute is not kept here.
    case nobody

    /// The longest text of a filter, in bytes.
    public static let maximumBytes = 8_192
    /// How deep parentheses and brackets may be nested.
    public static let maximumDepth = 32
    /// The most comparisons of a filter.
    public static let maximumComparisons = 64
}

/// How a value is compared.
public struct SCIMComparison: Sendable {
    /// The operators.
    public enum Operator: String, Sendable, CaseIterable {
        /// The same.
        case equal = "eq"
        /// Another one.
        case notEqual = "ne"
        /// Has this somewhere.
        case contains = "co"
        /// Begins with this.
        case startsWith = "sw"
        /// Ends with this.
        case endsWith = "ew"
        /// Is there.
        case present = "pr"
        /// Behind this.
        case greater = "gt"
        /// Behind this, or the same.
        case greaterOrEqual = "ge"
        /// Before this.
        case less = "lt"
        /// Before this, or the same.
        case lessOrEqual = "le"
    }

    /// The operator.
    public let comparator: Operator
    /// What is compared with; null for ``Operator/present``.
    public let value: JSONValue
}

extension SCIMFilter {
    /// The filters that all have to pass, where this is a conjunction; itself otherwise.
    public var conjuncts: [SCIMFilter] {
        guard case .and(let filters) = self else { return [self] }
        return filters.flatMap(\.conjuncts)
    }

    /// Whether it asks for an attribute of the resource itself.
    public func names(_ attribute: String) -> Bool {
        switch self {
        case .and(let filters), .or(let filters): filters.contains { $0.names(attribute) }
        case .not(let filter): filter.names(attribute)
        case .compare(let path, _), .value(let path, _, _):
            path.schema == nil && path.attribute?.name == attribute
        case .part, .nobody: false
        }
    }

    /// The names of the resource's own attributes that it asks for; nil if it asks for others, too, or for a whole extension.
    public var attributeNames: [String]? {
        switch self {
        case .and(let filters), .or(let filters):
            filters.reduce([] as [String]?) { names, filter in
                names.flatMap { names in filter.attributeNames.map { names + $0 } }
            }
        case .not(let filter): filter.attributeNames
        case .compare(let path, _), .value(let path, _, _):
            path.schema == nil ? path.attribute.map { [$0.name] } : nil
        case .part, .nobody: []
        }
    }

    /// The moment in milliseconds since 1970 before which an attribute must not lie, where the filter is nothing but that, or
    /// asks for a later one.
    ///
    /// - Returns: The attribute's and its part's name, and the moment; nil for any other filter.
    public var beginning: (attribute: String, part: String?, moment: Int64)? {
        guard case .compare(let path, let comparison) = self, path.schema == nil,
            let attribute = path.attribute, (path.sub ?? attribute).kind == .dateTime,
            [.greater, .greaterOrEqual].contains(comparison.comparator),
            case .string(let text) = comparison.value,
            let moment = SCIMMoment.milliseconds(text)
        else { return nil }
        return (attribute.name, path.sub?.name, moment)
    }

    /// The text that an attribute has to have, where the filter is nothing but that, or asks for one at the attribute's end.
    ///
    /// - Returns: The attribute's and its part's name, the text, and whether the attribute has to begin with it; nil for any other
    ///   filter.
    public var piece: (attribute: String, part: String?, text: String, isBeginning: Bool)? {
        guard case .compare(let path, let comparison) = self, path.schema == nil,
            let attribute = path.attribute, case .string(let text) = comparison.value
        else { return nil }
        switch comparison.comparator {
        case .startsWith: return (attribute.name, path.sub?.name, text, true)
        case .contains, .endsWith: return (attribute.name, path.sub?.name, text, false)
        default: return nil
        }
    }

    /// The text that an attribute has to be equal to, where the filter is nothing but that.
    ///
    /// - Returns: The attribute's and its part's name, and the text; nil for any other filter.
    public var equality: (attribute: String, part: String?, text: String)? {
        switch self {
        case .compare(let path, let comparison):
            guard path.schema == nil, let attribute = path.attribute,
                comparison.comparator == .equal, case .string(let text) = comparison.value
            else { return nil }
            return (attribute.name, path.sub?.name, text)
        case .value(let path, let filter, let then):
            guard path.schema == nil, let attribute = path.attribute else { return nil }
            if let (part, comparison) = then, comparison.comparator == .equal,
                case .string(let text) = comparison.value
            {
                return (attribute.name, part.name, text)
            }
            for case .part(let part, let comparison) in filter.conjuncts
            where part.name == "value" && comparison.comparator == .equal {
                guard case .string(let text) = comparison.value else { continue }
                return (attribute.name, part.name, text)
            }
            return nil
        default:
            return nil
        }
    }
}
