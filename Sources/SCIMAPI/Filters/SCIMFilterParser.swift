import TextBytes
import WireJSON

extension SCIMFilter {
    /// Reads a filter over the resources of a kind.
    ///
    /// `and` binds tighter than `or`, and `not` tighter than both (RFC 7644 section 3.4.2.2). Operators and names may be
    /// in any case. A value without quotes that is neither a number nor `true`, `false` or `null` is a text, as one
    /// vendor's own tests write it.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidFilter`, or `sensitive` for a question about passwords.
    public init(_ text: String, over type: SCIMResourceType) throws(SCIMFailure) {
        var parser = try SCIMFilterParser(text, type)
        self = try parser.parse()
    }
}

/// A parser of filters by recursive descent, over bytes.
struct SCIMFilterParser {
    private let type: SCIMResourceType
    private var scanner: SCIMScanner
    private var depth = 0
    private var comparisons = 0
    /// The attribute inside whose brackets it is.
    private var owner: SCIMAttribute?

    init(_ text: String, _ type: SCIMResourceType) throws(SCIMFailure) {
        guard text.utf8.count <= SCIMFilter.maximumBytes else {
            throw SCIMFailure(
                .invalidFilter,
                "The filter has more than \(SCIMFilter.maximumBytes) bytes."
            )
        }
        self.type = type
        scanner = SCIMScanner(text)
    }

    mutating func parse() throws(SCIMFailure) -> SCIMFilter {
        let filter = try parseOr()
        guard scanner.isAtEnd else {
            throw fault("expected \"and\", \"or\" or the end")
        }
        return filter
    }

    /// Reads a filter inside the brackets of an attribute, up to the closing one.
    static func brackets(
        _ scanner: inout SCIMScanner,
        of attribute: SCIMAttribute,
        _ type: SCIMResourceType
    ) throws(SCIMFailure) -> SCIMFilter {
        var parser = try SCIMFilterParser("", type)
        parser.scanner = scanner
        parser.owner = attribute
        let filter = try parser.parseOr()
        guard parser.scanner.take(UInt8(ascii: "]")) else {
            throw parser.fault("expected \"]\"")
        }
        scanner = parser.scanner
        return filter
    }

    private mutating func parseOr() throws(SCIMFailure) -> SCIMFilter {
        var filters = [try parseAnd()]
        while scanner.take(word: "or") { filters.append(try parseAnd()) }
        return filters.count == 1 ? filters[0] : .or(filters)
    }

    private mutating func parseAnd() throws(SCIMFailure) -> SCIMFilter {
        var filters = [try parseUnit()]
        while scanner.take(word: "and") { filters.append(try parseUnit()) }
        return filters.count == 1 ? filters[0] : .and(filters)
    }

    private mutating func parseUnit() throws(SCIMFailure) -> SCIMFilter {
        if scanner.take(word: "not", before: UInt8(ascii: "(")) {
            return .not(try parseGroup())
        }
        if scanner.peek == UInt8(ascii: "(") { return try parseGroup() }
        return try parseComparison()
    }

    private mutating func parseGroup() throws(SCIMFailure) -> SCIMFilter {
        try enter()
        guard scanner.take(UInt8(ascii: "(")) else { throw fault("expected \"(\"") }
        let filter = try parseOr()
        guard scanner.take(UInt8(ascii: ")")) else { throw fault("expected \")\"") }
        depth -= 1
        return filter
    }

    private mutating func enter() throws(SCIMFailure) {
        depth += 1
        guard depth <= SCIMFilter.maximumDepth else {
            throw SCIMFailure(
                .invalidFilter,
                "The filter is nested deeper than \(SCIMFilter.maximumDepth) levels."
            )
        }
    }

    private mutating func parseComparison() throws(SCIMFailure) -> SCIMFilter {
        comparisons += 1
        guard comparisons <= SCIMFilter.maximumComparisons else {
            throw SCIMFailure(
                .invalidFilter,
                "The filter has more than \(SCIMFilter.maximumComparisons) comparisons."
            )
        }
        let name = scanner.takeName()
        guard !name.isEmpty else { throw fault("expected the name of an attribute") }
        if let owner { return try parsePart(name, of: owner) }
        switch type.resolve(name) {
        case .unknown:
            throw SCIMFailure(
                .invalidFilter,
                "There is no attribute \(name.quoted(60)) of a \(type.name)."
            )
        case .unserved:
            let isFiltered = scanner.peek == UInt8(ascii: "[")
            if isFiltered { try skipBrackets() }
            _ = scanner.takeTail()
            // The brackets may be all that is asked.
            if !isFiltered || scanner.nextIsOperator { _ = try parseOperation(on: nil) }
            return .nobody
        case .known(let path):
            return try parseComparison(of: path, name)
        }
    }

    private mutating func parseComparison(
        of path: SCIMPath,
        _ name: String
    ) throws(SCIMFailure) -> SCIMFilter {
        guard let attribute = path.attribute else {
            let comparison = try parseOperation(on: nil)
            guard comparison.comparator == .present else {
                throw SCIMFailure(
                    .invalidFilter,
                    "\(name.quoted(80)) can only be asked for with pr."
                )
            }
            return .compare(path, comparison)
        }
        guard attribute.returned != .never else {
            throw SCIMFailure(.sensitive, "No filter may ask for passwords.")
        }
        guard scanner.takeHere(UInt8(ascii: "[")) else {
            return .compare(path, try parseOperation(on: path.sub ?? attribute.compared))
        }
        guard path.sub == nil, attribute.kind == .complex else {
            throw SCIMFailure(.invalidFilter, "\(name.quoted(60)) has no parts to filter by.")
        }
        try enter()
        comparisons += 1
        owner = attribute
        let filter = try parseOr()
        owner = nil
        guard scanner.take(UInt8(ascii: "]")) else { throw fault("expected \"]\"") }
        depth -= 1
        guard let tail = scanner.takeTail() else { return .value(path, filter, then: nil) }
        guard let part = attribute.sub(tail) else {
            throw SCIMFailure(
                .invalidFilter,
                "\(attribute.name) has no part \(tail.quoted(60))."
            )
        }
        // Without an operator it asks whether there is such a part.
        guard scanner.nextIsOperator else {
            return .value(
                path,
                filter,
                then: (part, SCIMComparison(comparator: .present, value: .null))
            )
        }
        return .value(path, filter, then: (part, try parseOperation(on: part)))
    }

    private mutating func parsePart(
        _ name: String,
        of owner: SCIMAttribute
    ) throws(SCIMFailure) -> SCIMFilter {
        guard let part = owner.sub(name) else {
            throw SCIMFailure(.invalidFilter, "\(owner.name) has no part \(name.quoted(60)).")
        }
        return .part(part, try parseOperation(on: part))
    }

    /// Passes over the filter of an attribute that is not kept.
    private mutating func skipBrackets() throws(SCIMFailure) {
        guard scanner.skip(to: UInt8(ascii: "]")) else { throw fault("expected \"]\"") }
    }

    private mutating func parseOperation(
        on attribute: SCIMAttribute?
    ) throws(SCIMFailure) -> SCIMComparison {
        let word = scanner.takeName()
        let comparator = SCIMComparison.Operator.allCases.first {
            $0.rawValue.hasSameFoldedBytes(as: word)
        }
        guard let comparator else {
            let words = SCIMComparison.Operator.allCases.map(\.rawValue).joined(separator: ", ")
            throw fault("expected one of \(words), not \(word.quoted(20))")
        }
        guard comparator != .present else {
            return SCIMComparison(comparator: comparator, value: .null)
        }
        let value: JSONValue
        do {
            value = try scanner.takeValue()
        } catch {
            throw fault(error.message)
        }
        guard let attribute else { return SCIMComparison(comparator: comparator, value: value) }
        return SCIMComparison(
            comparator: comparator,
            value: try attribute.comparable(value, by: comparator)
        )
    }

    private func fault(_ message: String) -> SCIMFailure {
        SCIMFailure(
            .invalidFilter,
            "The filter cannot be read at byte \(scanner.place): \(message)."
        )
    }
}

extension SCIMAttribute {
    /// What is compared where the attribute itself is named: a complex one stands for its value.
    fileprivate var compared: SCIMAttribute { sub("value") ?? self }

    /// A value of a filter in the form of the attribute's own.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidFilter` where the two cannot be compared.
    fileprivate func comparable(
        _ value: JSONValue,
        by comparator: SCIMComparison.Operator
    ) throws(SCIMFailure) -> JSONValue {
        let isEquality = comparator == .equal || comparator == .notEqual
        if value == .null {
            guard isEquality else { throw refusal("null can only be compared by eq and ne") }
            return value
        }
        switch kind {
        case .boolean:
            guard isEquality else { throw refusal("it is true or false and has no order") }
            guard let flag = value.lenientFlag else {
                throw refusal("it is compared with true or false")
            }
            return .bool(flag)
        case .integer:
            guard ![.contains, .startsWith, .endsWith].contains(comparator) else {
                throw refusal("it is a number")
            }
            guard let number = value.lenientInteger else {
                throw refusal("it is compared with a whole number")
            }
            return .integer(number)
        case .dateTime:
            guard let text = value.text, SCIMMoment.milliseconds(text) != nil else {
                throw refusal("it is compared with a moment such as 2026-01-31T12:00:00Z")
            }
            return .string(text)
        case .complex:
            throw refusal("name one of its parts")
        case .string, .reference:
            guard let text = value.text else {
                throw refusal("it is compared with a text")
            }
            return .string(text)
        }
    }

    private func refusal(_ rule: String) -> SCIMFailure {
        SCIMFailure(.invalidFilter, "\(name) cannot be compared so: \(rule).")
    }
}
