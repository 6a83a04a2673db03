import TextBytes
import WireJSON

/// A resource while a change is made.
struct SCIMEditor {
    /// How many values of lists the operations of one change may be about: each is compared with those that are there, while
    /// others wait to change something.
    static let maximumValues = 20_000

    /// How many bytes of them the operations of one change may compare, counted before they are compared.
    static let maximumBytes = 8_388_608

    private(set) var resource: JSONObject
    private let type: SCIMResourceType
    private var valueCount = 0
    private var byteCount = 0

    /// Begins with a resource of a kind.
    init(resource: JSONObject, type: SCIMResourceType) {
        self.resource = resource
        self.type = type
    }

    /// Makes one operation.
    ///
    /// - Throws: ``SCIMFailure``.
    mutating func make(_ operation: SCIMPatch.Operation) throws(SCIMFailure) {
        if let path = operation.path {
            guard try make(operation.kind, at: path, operation.value, isPath: true) else {
                throw nothing
            }
            return
        }
        var isKnown = false
        for (path, value) in operation.parts {
            let isMade = try make(operation.kind, at: path, value, isPath: false)
            isKnown = isKnown || isMade
        }
        guard isKnown else { throw nothing }
    }

    private var nothing: SCIMFailure {
        SCIMFailure(.noTarget, "The operation names no attribute that is kept here.")
    }

    /// Makes what an operation asks of one path; answers whether there was anything to it.
    private mutating func make(
        _ kind: SCIMPatch.Kind,
        at target: SCIMPatchPath,
        _ value: JSONValue?,
        isPath: Bool
    ) throws(SCIMFailure) -> Bool {
        guard let attribute = target.path.attribute else {
            return try make(kind, all: target.path, value, isPath: isPath)
        }
        guard attribute.mutability != .readOnly, target.sub?.mutability != .readOnly else {
            return try judge(value, of: target, isPath: isPath)
        }
        // Of what has no part that is known nothing would be left, and something be taken away that nobody named.
        if kind != .remove, target.sub == nil, let value, !attribute.knows(partsOf: value) {
            return false
        }
        let present = target.path.value(in: resource)
        if attribute.isMultiValued {
            let isChosen = target.filter != nil || target.sub != nil
            try count(SCIMFilter.elements(isChosen ? present : value).count)
            // What is added is counted value by value.
            let isCompared = !isChosen && kind == .remove
            try spend(comparing: present, with: isCompared ? value : nil, by: target.filter)
        }
        let after: JSONValue?
        if target.filter != nil || (target.sub != nil && attribute.isMultiValued) {
            after = try SCIMElements(attribute, present).make(kind, target, value)
        } else if let sub = target.sub {
            after = try changing(sub, of: present, kind, value)
        } else if attribute.kind == .complex, !attribute.isMultiValued, kind != .remove,
            case .object(let object)? = value
        {
            after = try merging(object, into: present, of: attribute)
        } else {
            after = try changing(attribute, present, kind, value)
        }
        if after == nil, attribute.returned == .never {
            // Whoever is told that it is gone believes that nobody comes in by it any more.
            guard isPath else { return false }
            throw SCIMFailure(
                .mutability,
                "\"\(attribute.name)\" is replaced, and never taken away; \"active\" false keeps a user out."
            )
        }
        guard after != nil || !attribute.isRequired else {
            guard kind == .remove else {
                throw attribute.refusal("is required and cannot be empty")
            }
            throw SCIMFailure(
                .mutability,
                "\"\(attribute.name)\" is required and cannot be removed."
            )
        }
        resource = resource.setting(attribute.name, to: after, in: target.path.schema)
        return true
    }

    private mutating func count(_ values: Int) throws(SCIMFailure) {
        valueCount += values
        guard valueCount <= SCIMEditor.maximumValues else {
            throw SCIMFailure(
                .tooMany,
                "A change is about at most \(SCIMEditor.maximumValues) values of lists."
            )
        }
    }

    /// Counts the bytes of values that are about to be compared with each other, or by a filter.
    private mutating func spend(
        comparing present: JSONValue?,
        with value: JSONValue?,
        by filter: SCIMFilter?
    ) throws(SCIMFailure) {
        let (own, others) = (SCIMFilter.elements(present), SCIMFilter.elements(value))
        let bytes = own.reduce(0) { $0 + $1.comparedBytes }
        let more = others.reduce(0) { $0 + $1.comparedBytes }
        byteCount += (bytes + more) * others.count + more * own.count
        if let filter {
            byteCount += bytes * filter.comparisons + filter.comparedBytes * own.count
        }
        try SCIMEditor.judge(bytes: byteCount)
    }

    /// Refuses a change that compares too many bytes.
    static func judge(bytes: Int) throws(SCIMFailure) {
        guard bytes <= maximumBytes else {
            throw SCIMFailure(
                .tooMany,
                "A change compares at most \(maximumBytes) bytes of values: make several."
            )
        }
    }

    /// A whole extension.
    private mutating func make(
        _ kind: SCIMPatch.Kind,
        all path: SCIMPath,
        _ value: JSONValue?,
        isPath: Bool
    ) throws(SCIMFailure) -> Bool {
        guard let schema = path.schema else { return false }
        if kind == .remove || value == .null {
            for attribute in schema.attributes where attribute.mutability != .readOnly {
                resource = resource.setting(attribute.name, to: nil, in: schema)
            }
            return true
        }
        guard case .object(let object)? = value else {
            throw SCIMFailure(.invalidValue, "\(schema.id.quoted(80)) must be an object.")
        }
        try object.requireDistinctNames()
        var isKnown = false
        for (name, value) in object.members {
            guard let attribute = schema.attributes.named(name) else { continue }
            let path = SCIMPath(schema: schema, attribute: attribute, sub: nil)
            let target = SCIMPatchPath(path: path, filter: nil, sub: nil)
            let isMade = try make(kind, at: target, value, isPath: false)
            isKnown = isKnown || isMade
        }
        return isKnown
    }

    /// What the server alone writes: the same value is no change, another one is refused where it is named by a path.
    private func judge(
        _ value: JSONValue?,
        of target: SCIMPatchPath,
        isPath: Bool
    ) throws(SCIMFailure) -> Bool {
        let name = target.path.attribute?.name ?? ""
        let isSame =
            target.filter == nil && value != nil && value == target.path.value(in: resource)
        let isOwn = name == "id" && !isSame
        guard !isSame else { return isPath }
        guard isPath || isOwn else { return false }
        throw SCIMFailure(.mutability, "\"\(name)\" is written by the server alone.")
    }

    /// An attribute as a whole.
    private mutating func changing(
        _ attribute: SCIMAttribute,
        _ present: JSONValue?,
        _ kind: SCIMPatch.Kind,
        _ value: JSONValue?
    ) throws(SCIMFailure) -> JSONValue? {
        guard attribute.isMultiValued else {
            guard kind != .remove, let value else { return nil }
            return try attribute.read(value)
        }
        let elements = SCIMElements(attribute, present)
        switch kind {
        case .replace: return try SCIMElements(attribute, attribute.read(value ?? .null)).checked()
        case .add: return try elements.adding(attribute.read(value ?? .null), &byteCount)
        case .remove:
            guard let value, !value.isEmpty else { return nil }
            return elements.removing(try attribute.read(value))
        }
    }

    /// A part of an attribute that has one value.
    private func changing(
        _ sub: SCIMAttribute,
        of present: JSONValue?,
        _ kind: SCIMPatch.Kind,
        _ value: JSONValue?
    ) throws(SCIMFailure) -> JSONValue? {
        var object = JSONObject()
        if case .object(let known)? = present { object = known }
        let read = kind == .remove ? nil : try sub.read(value ?? .null)
        object = object.setting(sub.name, to: read)
        return object.members.isEmpty ? nil : .object(object)
    }

    /// The parts that are named, over those that are there.
    private func merging(
        _ object: JSONObject,
        into present: JSONValue?,
        of attribute: SCIMAttribute
    ) throws(SCIMFailure) -> JSONValue? {
        try object.requireDistinctNames()
        var after = present
        for (name, value) in object.members {
            guard let sub = attribute.sub(name), sub.mutability != .readOnly else { continue }
            after = try changing(sub, of: after, .replace, value)
        }
        return after
    }
}

extension SCIMAttribute {
    /// Whether a value is anything to a complex attribute: nothing at all, or something with a part that it has.
    fileprivate func knows(partsOf value: JSONValue) -> Bool {
        guard kind == .complex, !value.isEmpty else { return true }
        return SCIMFilter.elements(value).contains { element in
            guard case .object(let object) = element else { return true }
            return object.members.contains { sub($0.name) != nil }
        }
    }
}

extension JSONValue {
    /// How many bytes are gone through where it is compared with another value, and some for each part.
    var comparedBytes: Int {
        switch self {
        case .null, .bool, .integer: 8
        case .number(let text), .string(let text): 8 + text.utf8.count
        case .array(let elements): elements.reduce(8) { $0 + $1.comparedBytes }
        case .object(let object):
            object.members.reduce(8) { $0 + $1.name.utf8.count + $1.value.comparedBytes }
        }
    }
}

extension SCIMFilter {
    /// How many comparisons there are in it.
    fileprivate var comparisons: Int {
        switch self {
        case .and(let filters), .or(let filters): filters.reduce(0) { $0 + $1.comparisons }
        case .not(let filter): filter.comparisons
        case .value(_, let filter, let then): filter.comparisons + (then == nil ? 0 : 1)
        case .compare, .part: 1
        case .nobody: 0
        }
    }

    /// How many bytes it compares with.
    fileprivate var comparedBytes: Int {
        switch self {
        case .and(let filters), .or(let filters): filters.reduce(0) { $0 + $1.comparedBytes }
        case .not(let filter): filter.comparedBytes
        case .value(_, let filter, let then):
            filter.comparedBytes + (then?.1.value.comparedBytes ?? 0)
        case .compare(_, let comparison), .part(_, let comparison): comparison.value.comparedBytes
        case .nobody: 0
        }
    }
}
