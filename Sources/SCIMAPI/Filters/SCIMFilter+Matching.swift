import TextBytes
public import WireJSON

extension SCIMFilter {
    /// Whether a resource passes, which has every attribute that answers may show.
    public func matches(_ resource: JSONObject) -> Bool {
        switch self {
        case .and(let filters): filters.allSatisfy { $0.matches(resource) }
        case .or(let filters): filters.contains { $0.matches(resource) }
        case .not(let filter): !filter.matches(resource)
        case .compare(let path, let comparison):
            path.sub.map { sub in
                comparison.holds(
                    for: SCIMFilter.elements(path.value(in: resource)).map { $0.part(sub.name) },
                    of: sub
                )
            } ?? comparison.holds(for: path.value(in: resource), of: path.attribute)
        case .value(let path, let filter, let then):
            SCIMFilter.elements(path.value(in: resource)).contains { element in
                filter.matches(element: element)
                    && (then.map { $0.1.holds(for: element.part($0.0.name), of: $0.0) } ?? true)
            }
        case .part, .nobody: false
        }
    }

    /// Whether a value of a complex attribute passes a filter from inside brackets.
    func matches(element: JSONValue) -> Bool {
        switch self {
        case .and(let filters): filters.allSatisfy { $0.matches(element: element) }
        case .or(let filters): filters.contains { $0.matches(element: element) }
        case .not(let filter): !filter.matches(element: element)
        case .part(let part, let comparison):
            comparison.holds(for: element.part(part.name), of: part)
        case .compare, .value, .nobody: false
        }
    }

    /// The values of an attribute, of which there may be one or many.
    static func elements(_ value: JSONValue?) -> [JSONValue] {
        switch value {
        case nil, .null: []
        case .array(let elements): elements
        case let value?: [value]
        }
    }
}

extension SCIMComparison {
    /// Whether one of the values compares as is asked.
    fileprivate func holds(for values: [JSONValue?], of attribute: SCIMAttribute) -> Bool {
        values.isEmpty
            ? holds(for: nil, of: attribute) : values.contains { holds(for: $0, of: attribute) }
    }

    /// Whether a value, or one of several, compares as is asked.
    fileprivate func holds(for value: JSONValue?, of attribute: SCIMAttribute?) -> Bool {
        let elements = SCIMFilter.elements(value).map { element in
            guard case .object = element, comparator != .present else { return element }
            return element.part("value") ?? .null
        }
        switch comparator {
        case .present: return elements.contains { !$0.isEmpty }
        case .equal where self.value == .null: return !elements.contains { !$0.isEmpty }
        case .notEqual where self.value == .null: return elements.contains { !$0.isEmpty }
        case .notEqual:
            return elements.isEmpty || elements.contains { !isEqual($0, attribute) }
        default:
            return elements.contains { element in
                comparator == .equal ? isEqual(element, attribute) : isOrdered(element, attribute)
            }
        }
    }

    private func isEqual(_ element: JSONValue, _ attribute: SCIMAttribute?) -> Bool {
        guard case .string(let text) = element, case .string(let wanted) = value else {
            return element == value
        }
        if attribute?.kind == .dateTime {
            return SCIMMoment.milliseconds(text) == SCIMMoment.milliseconds(wanted)
        }
        return isExact(attribute)
            ? text.hasSameBytes(as: wanted) : text.hasSameFoldedBytes(as: wanted)
    }

    private func isOrdered(_ element: JSONValue, _ attribute: SCIMAttribute?) -> Bool {
        switch (element, value) {
        case (.integer(let number), .integer(let wanted)):
            return holds(number < wanted, number == wanted)
        case (.string(let text), .string(let wanted)):
            if attribute?.kind == .dateTime {
                guard let moment = SCIMMoment.milliseconds(text),
                    let other = SCIMMoment.milliseconds(wanted)
                else { return false }
                return holds(moment < other, moment == other)
            }
            let isExact = isExact(attribute)
            return compare(
                isExact ? Array(text.utf8) : text.foldedASCII,
                isExact ? Array(wanted.utf8) : wanted.foldedASCII
            )
        default:
            return false
        }
    }

    /// Whether texts differ where their case does; those of parts that have the attribute's own name for one do as it does.
    private func isExact(_ attribute: SCIMAttribute?) -> Bool {
        (attribute?.sub("value") ?? attribute)?.isCaseExact ?? false
    }

    private func compare(_ text: [UInt8], _ wanted: [UInt8]) -> Bool {
        switch comparator {
        case .contains: text.hasPart(wanted)
        case .startsWith: text.starts(with: wanted)
        case .endsWith: text.reversed().starts(with: wanted.reversed())
        default: holds(text.lexicographicallyPrecedes(wanted), text == wanted)
        }
    }

    private func holds(_ isLess: Bool, _ isSame: Bool) -> Bool {
        switch comparator {
        case .greater: !isLess && !isSame
        case .greaterOrEqual: !isLess
        case .less: isLess
        case .lessOrEqual: isLess || isSame
        default: false
        }
    }
}

extension [UInt8] {
    /// Whether a text stands somewhere in this one, in a time that grows with the sum of both lengths, whatever they are
    /// (Knuth, Morris and Pratt 1977).
    fileprivate func hasPart(_ part: [UInt8]) -> Bool {
        guard !part.isEmpty else { return true }
        guard count >= part.count else { return false }
        // How much of the part's beginning ends at each of its places.
        var ends = [Int](repeating: 0, count: part.count)
        var length = 0
        for place in 1..<part.count {
            while length > 0, part[place] != part[length] { length = ends[length - 1] }
            if part[place] == part[length] { length += 1 }
            ends[place] = length
        }
        var found = 0
        for byte in self {
            while found > 0, byte != part[found] { found = ends[found - 1] }
            if byte == part[found] { found += 1 }
            if found == part.count { return true }
        }
        return false
    }
}
