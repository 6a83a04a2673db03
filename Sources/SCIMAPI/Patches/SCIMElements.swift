import TextBytes
import WireJSON

/// The values of an attribute that has several, while a change is made.
struct SCIMElements {
    let attribute: SCIMAttribute
    private let elements: [JSONValue]

    init(_ attribute: SCIMAttribute, _ value: JSONValue?) {
        self.attribute = attribute
        elements = SCIMFilter.elements(value)
    }

    /// The values, of which one at most is the preferred one.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidValue`.
    func checked() throws(SCIMFailure) -> JSONValue? {
        guard elements.count <= attribute.maximumCount else {
            throw attribute.refusal(
                "must have at most \(attribute.maximumCount) values, not \(elements.count)"
            )
        }
        guard elements.count(where: \.isPrimary) <= 1 else {
            throw attribute.refusal("must have one primary value at most")
        }
        return elements.isEmpty ? nil : .array(elements)
    }

    /// These with others: what has the same value and type takes the place of what is there.
    ///
    /// - Parameters:
    ///   - value: The others.
    ///   - spent: How many bytes the change has compared; those that are compared here are added before they are.
    /// - Returns: All of them; nil if there are none.
    /// - Throws: ``SCIMFailure`` if one is none of the attribute's, or too much is compared.
    func adding(_ value: JSONValue?, _ spent: inout Int) throws(SCIMFailure) -> JSONValue? {
        var result = elements
        var bytes = result.reduce(0) { $0 + $1.comparedBytes }
        for element in SCIMFilter.elements(value) {
            spent += element.isPrimary ? 2 * bytes : bytes
            try SCIMEditor.judge(bytes: spent)
            if attribute.hasOneValue {
                result = [element]
            } else if let place = result.firstIndex(where: { isSame($0, element) }) {
                let merged = result[place].merged(with: element)
                bytes += merged.comparedBytes - result[place].comparedBytes
                result[place] = merged
            } else {
                result.append(element)
                bytes += element.comparedBytes
            }
            if element.isPrimary { result = Self.preferring(element, in: result) }
        }
        return try SCIMElements(attribute, .array(result)).checked()
    }

    /// These without others, which are known by their value.
    func removing(_ value: JSONValue?) -> JSONValue? {
        let others = SCIMFilter.elements(value)
        let rest = elements.filter { element in
            !others.contains { other in
                guard let wanted = other.part("value") else { return other == element }
                return isSameValue(element.part("value"), wanted)
            }
        }
        return rest.isEmpty ? nil : .array(rest)
    }

    /// What an operation makes of those values that its filter chooses.
    ///
    /// One who adds or replaces and finds nobody makes a value from what the filter is equal to, as Microsoft's clients
    /// need it; one who removes and finds nobody changes nothing.
    func make(
        _ kind: SCIMPatch.Kind,
        _ target: SCIMPatchPath,
        _ value: JSONValue?
    ) throws(SCIMFailure) -> JSONValue? {
        let isChosen = elements.map { element in target.filter?.matches(element: element) ?? true }
        guard kind != .remove else { return removing(target.sub, isChosen) }
        let change = try change(target.sub, value ?? .null)
        var result = elements
        if isChosen.contains(true) {
            for place in result.indices where isChosen[place] {
                result[place] = Self.changed(
                    result[place],
                    target.sub,
                    change,
                    isWhole: kind == .replace
                )
            }
            if let place = isChosen.firstIndex(of: true), result[place].isPrimary {
                result = Self.preferring(result[place], in: result)
            }
        } else {
            guard let change else { return try checked() }
            var base = JSONValue.object(JSONObject())
            if let filter = target.filter { base = try described(by: filter) }
            let made = Self.changed(base, target.sub, change, isWhole: false)
            if attribute.hasOneValue { result = [] }
            result.append(made)
            if made.isPrimary { result = Self.preferring(made, in: result) }
        }
        result.removeAll(where: \.isEmpty)
        return try SCIMElements(attribute, .array(result)).checked()
    }

    private func removing(_ sub: SCIMAttribute?, _ isChosen: [Bool]) -> JSONValue? {
        let rest = zip(elements, isChosen).compactMap { element, isChosen -> JSONValue? in
            guard isChosen else { return element }
            guard let sub, case .object(let object) = element else { return nil }
            let less = object.setting(sub.name, to: nil)
            return less.members.isEmpty ? nil : .object(less)
        }
        return rest.isEmpty ? nil : .array(rest)
    }

    private func change(
        _ sub: SCIMAttribute?,
        _ value: JSONValue
    ) throws(SCIMFailure) -> JSONValue? {
        if let sub { return try sub.read(value) }
        guard case .array(let elements) = value else { return try attribute.readOne(value) }
        guard elements.count <= 1 else {
            throw attribute.refusal("must be one value where a filter chooses which")
        }
        return try elements.first.flatMap { element throws(SCIMFailure) in
            try attribute.readOne(element)
        }
    }

    private static func changed(
        _ element: JSONValue,
        _ sub: SCIMAttribute?,
        _ change: JSONValue?,
        isWhole: Bool
    ) -> JSONValue {
        guard let sub else {
            guard let change else { return .null }
            return isWhole ? change : element.merged(with: change)
        }
        guard case .object(let object) = element else { return element }
        return .object(object.setting(sub.name, to: change))
    }

    /// The value that a filter describes: what its parts are equal to.
    ///
    /// - Throws: ``SCIMFailure`` with kind `noTarget` where it says anything else.
    private func described(by filter: SCIMFilter) throws(SCIMFailure) -> JSONValue {
        var object = JSONObject()
        for condition in filter.conjuncts {
            guard case .part(let part, let comparison) = condition, comparison.comparator == .equal
            else {
                throw SCIMFailure(
                    .noTarget,
                    "No value of \"\(attribute.name)\" passes the filter, and what to make cannot be told from it."
                )
            }
            object = object.setting(part.name, to: comparison.value)
        }
        return .object(object)
    }

    /// Whether two are one value: the same value and the same type, or alike where they have no value.
    private func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        guard let value = left.part("value"), let other = right.part("value"),
            value.text != nil, other.text != nil
        else { return left == right }
        let types = [left, right].map { $0.part("type")?.text ?? "" }
        return isSameValue(value, other) && types[0].hasSameFoldedBytes(as: types[1])
    }

    /// Whether the values of two are one, as the attribute compares them.
    private func isSameValue(_ left: JSONValue?, _ right: JSONValue?) -> Bool {
        guard let text = left?.text, let other = right?.text else { return left == right }
        let isCaseExact = attribute.sub("value")?.isCaseExact ?? false
        return isCaseExact ? text.hasSameBytes(as: other) : text.hasSameFoldedBytes(as: other)
    }

    /// The values with one preferred one: no other is.
    private static func preferring(_ preferred: JSONValue, in elements: [JSONValue]) -> [JSONValue]
    {
        var isFound = false
        return elements.map { element in
            guard element.isPrimary else { return element }
            if !isFound, element == preferred {
                isFound = true
                return element
            }
            guard case .object(let object) = element else { return element }
            return .object(object.setting("primary", to: .bool(false)))
        }
    }
}

extension SCIMAttribute {
    /// Whether it is a list of one at most, so that what is added takes the place of what is there: a user has one role.
    fileprivate var hasOneValue: Bool { name == "roles" }
}

extension JSONValue {
    /// Whether it is the preferred one.
    fileprivate var isPrimary: Bool { part("primary") == .bool(true) }

    /// An object with the members of another one over its own; the other one where either is none.
    fileprivate func merged(with other: JSONValue) -> JSONValue {
        guard case .object(var object) = self, case .object(let more) = other else { return other }
        for (name, value) in more.members { object = object.setting(name, to: value) }
        return .object(object)
    }
}
