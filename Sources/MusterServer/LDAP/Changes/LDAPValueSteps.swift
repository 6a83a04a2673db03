import LDAPWire
import MusterCore
import TextBytes

/// What is done with the values of an attribute, one step after the other (RFC 4511 section 4.6).
struct LDAPValueSteps<Value: Sendable>: Sendable {
    /// A step with its values.
    struct Step: Sendable {
        let kind: LDAPModify.Kind
        let values: [Value]
    }

    /// The most values that all steps together may name.
    static var maximumValues: Int { 128 }

    /// The attribute.
    let attribute: LDAPAttribute
    private(set) var steps: [Step] = []
    private var count = 0

    init(_ attribute: LDAPAttribute) {
        self.attribute = attribute
    }

    /// Adds a step.
    ///
    /// - Throws: ``LDAPResult`` with code `adminLimitExceeded`.
    mutating func append(_ step: Step) throws(LDAPResult) {
        steps.append(step)
        count += max(1, step.values.count)
        guard count <= Self.maximumValues else {
            throw LDAPResult(
                .adminLimitExceeded,
                "\(attribute.rawValue) is given at most \(Self.maximumValues) values at a time"
            )
        }
    }

    /// The values afterwards.
    ///
    /// - Parameters:
    ///   - values: Those that there are.
    ///   - isSame: Whether two are one.
    /// - Returns: The values, in their order.
    /// - Throws: ``LDAPResult`` with code `attributeOrValueExists` or `noSuchAttribute`.
    func applied(
        to values: [Value],
        _ isSame: (Value, Value) -> Bool
    ) throws(LDAPResult) -> [Value] {
        var values = values
        for step in steps {
            switch step.kind {
            case .add: values = try adding(step.values, to: values, isSame)
            case .replace: values = try adding(step.values, to: [], isSame)
            case .delete where step.values.isEmpty:
                guard !values.isEmpty else { throw missing }
                values = []
            case .delete:
                for value in step.values {
                    guard let place = values.firstIndex(where: { isSame($0, value) }) else {
                        throw missing
                    }
                    values.remove(at: place)
                }
            }
        }
        return values
    }

    private func adding(
        _ new: [Value],
        to values: [Value],
        _ isSame: (Value, Value) -> Bool
    ) throws(LDAPResult) -> [Value] {
        var values = values
        for value in new {
            guard !values.contains(where: { isSame($0, value) }) else {
                throw LDAPResult(
                    .attributeOrValueExists,
                    "\(attribute.rawValue) has that value already"
                )
            }
            values.append(value)
        }
        return values
    }

    private var missing: LDAPResult {
        LDAPResult(.noSuchAttribute, "\(attribute.rawValue) does not have that value")
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
        guard let attribute = LDAPAttribute.named(name) else {
            let name = String(decoding: name.prefix(64), as: UTF8.self)
            throw LDAPResult(.undefinedAttributeType, "the attribute \(name) is not known")
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
