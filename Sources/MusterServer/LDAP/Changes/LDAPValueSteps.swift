import LDAPWire
import MusterCore
import TextBytes

/// What is done with the values of an attribute, one step after the other (RFC 4511 section 4.6).
struct LDAPValueSteps<Value: Sendable>: Sendable {
    /// A step with its values.
    private struct Step {
        let kind: LDAPModify.Kind
        /// The values, each with what it is compared by.
        let values: [(value: Value, key: [UInt8])]
    }

    /// The most values that all steps together may name, of an attribute that has several, and of one that has one: to tell
    /// which value goes takes another.
    static var maximumValues: Int { 128 }
    static var maximumOfOne: Int { 8 }

    /// The attribute.
    let attribute: LDAPAttribute
    private let hasSeveral: Bool
    private let key: @Sendable (Value) -> [UInt8]
    private var steps: [Step] = []
    private var count = 0

    /// Whether there is nothing to do.
    var isEmpty: Bool { steps.isEmpty }

    /// Begins with no step.
    ///
    /// - Parameters:
    ///   - attribute: The attribute.
    ///   - hasSeveral: Whether an entry may have several values of it.
    ///   - key: What a value is compared by: two with the same bytes are one. It is asked once of each value.
    init(
        _ attribute: LDAPAttribute,
        hasSeveral: Bool,
        key: @escaping @Sendable (Value) -> [UInt8]
    ) {
        self.attribute = attribute
        self.hasSeveral = hasSeveral
        self.key = key
    }

    /// Adds a step, before anything is changed: to read what values are compared by may be long work.
    ///
    /// - Throws: ``LDAPResult`` with code `adminLimitExceeded` or `constraintViolation`.
    mutating func append(_ kind: LDAPModify.Kind, _ values: [Value]) throws(LDAPResult) {
        count += max(1, values.count)
        guard hasSeveral || count <= Self.maximumOfOne else {
            throw LDAPResult(
                .constraintViolation,
                "a user has one value of \(attribute.name): replace it"
            )
        }
        guard count <= Self.maximumValues else {
            throw LDAPResult(
                .adminLimitExceeded,
                "\(attribute.name) is given at most \(Self.maximumValues) values at a time"
            )
        }
        steps.append(Step(kind: kind, values: values.map { ($0, key($0)) }))
    }

    /// The values afterwards.
    ///
    /// - Parameter values: Those that there are.
    /// - Returns: The values, in their order.
    /// - Throws: ``LDAPResult`` with code `attributeOrValueExists` or `noSuchAttribute`.
    func applied(to values: [Value]) throws(LDAPResult) -> [Value] {
        var kept = Kept(values.map { ($0, key($0)) })
        for step in steps {
            switch step.kind {
            case .add: break
            case .replace: kept = Kept([])
            case .delete where step.values.isEmpty:
                guard kept.hasAny else { throw missing }
                kept = Kept([])
            case .delete:
                for (_, key) in step.values {
                    guard kept.remove(key) else { throw missing }
                }
                continue
            }
            for (value, key) in step.values {
                guard kept.add(value, key) else {
                    throw LDAPResult(
                        .attributeOrValueExists,
                        "\(attribute.name) has that value already"
                    )
                }
            }
        }
        return kept.values
    }

    /// Values in their order, found by what they are compared by.
    private struct Kept {
        private var all: [Value?]
        private var places: [[UInt8]: Int]

        init(_ known: [(value: Value, key: [UInt8])]) {
            all = known.map(\.value)
            // Of two that are one the first is found.
            places = Dictionary(
                known.enumerated().map { ($0.element.key, $0.offset) },
                uniquingKeysWith: { first, _ in first }
            )
        }

        var values: [Value] { all.compactMap(\.self) }

        var hasAny: Bool { all.contains { $0 != nil } }

        /// Adds a value; answers whether it was not there.
        mutating func add(_ value: Value, _ key: [UInt8]) -> Bool {
            guard places.updateValue(all.count, forKey: key) == nil else { return false }
            all.append(value)
            return true
        }

        /// Takes a value out; answers whether it was there.
        mutating func remove(_ key: [UInt8]) -> Bool {
            guard let place = places.removeValue(forKey: key) else { return false }
            all[place] = nil
            return true
        }
    }

    private var missing: LDAPResult {
        LDAPResult(.noSuchAttribute, "\(attribute.name) does not have that value")
    }
}

extension LDAPModify.Step {
    /// What is done, and with which attribute.
    ///
    /// - Throws: ``LDAPResult`` with code `undefinedAttributeType`, `protocolError` or `unwillingToPerform`.
    func known() throws(LDAPResult) -> (kind: LDAPModify.Kind, attribute: LDAPAttribute) {
        guard let kind else {
            throw LDAPResult(.protocolError, "values are added, deleted or replaced, nothing else")
        }
        guard kind != .add || !attribute.values.isEmpty else {
            throw LDAPResult(.protocolError, "no value was named to be added")
        }
        return (kind, try attribute.known())
    }
}

extension LDAPAttributeValues {
    /// The longest value that is taken for anything but a public key.
    private static let maximumBytes = 4_096

    /// The attribute.
    ///
    /// - Throws: ``LDAPResult`` with code `undefinedAttributeType`.
    func known() throws(LDAPResult) -> LDAPAttribute {
        let shown = String(decoding: name.prefix(64), as: UTF8.self)
        // A name in another language is another value, and would be written over the one that is kept.
        guard !name.contains(UInt8(ascii: ";")) else {
            throw LDAPResult(
                .undefinedAttributeType,
                "options are not kept: write the attribute without them, not as \(shown)"
            )
        }
        guard let attribute = LDAPAttribute.named(name) else {
            throw LDAPResult(.undefinedAttributeType, "the attribute \(shown) is not known")
        }
        return attribute
    }

    /// The values as texts.
    ///
    /// - Throws: ``LDAPResult`` with code `invalidAttributeSyntax`.
    func texts() throws(LDAPResult) -> [String] {
        var texts: [String] = []
        for value in values {
            guard !value.isEmpty, value.count <= Self.maximumBytes,
                let text = String(validating: value, as: UTF8.self)
            else {
                let name = String(decoding: name.prefix(64), as: UTF8.self)
                throw LDAPResult(
                    .invalidAttributeSyntax,
                    "a value of \(name) has 1 to \(Self.maximumBytes) bytes of UTF-8"
                )
            }
            texts.append(text)
        }
        return texts
    }
}
