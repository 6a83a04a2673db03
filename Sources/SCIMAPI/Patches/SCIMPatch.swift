import TextBytes
public import WireJSON

/// A change of a resource, operation by operation (RFC 7644 section 3.5.2).
public struct SCIMPatch: Sendable {
    /// What an operation does.
    enum Kind: String, CaseIterable {
        case add
        case remove
        case replace
    }

    /// One operation.
    struct Operation: Sendable {
        let kind: Kind
        /// What it is about; nil if the value says it.
        let path: SCIMPatchPath?
        /// The value; nil if none was sent.
        let value: JSONValue?
        /// Without a path: what the names in the value are about, each with its value.
        ///
        /// They are read before anything is changed, while nobody waits.
        var parts: [(path: SCIMPatchPath, value: JSONValue)] = []

        /// The operation with what its names are about.
        ///
        /// What is no path at all is an attribute that nobody knows.
        func resolved(of type: SCIMResourceType) -> Operation {
            guard path == nil, case .object(let object)? = value else { return self }
            var resolved = self
            resolved.parts = object.members.compactMap { name, value in
                guard case .known(let path)? = try? SCIMPatchPath.read(name, of: type) else {
                    return nil
                }
                return (path, value)
            }
            return resolved
        }
    }

    /// The most operations of one change, and the most names in values without a path: a name may be written in very many ways.
    public static let maximumOperations = 1_000

    /// The operations about the resource itself.
    let operations: [Operation]
    /// What becomes of a group's members, step by step.
    public let memberships: [SCIMMembership]
    let type: SCIMResourceType

    /// Reads a change of a resource of a kind.
    ///
    /// Names and operations may be in any case. An operation that addresses nothing that is known is refused, because
    /// whoever sent it believes that something has changed.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidSyntax`, `invalidPath`, `noTarget`, `tooMany` or `invalidValue`.
    public init(_ body: JSONObject, of type: SCIMResourceType) throws(SCIMFailure) {
        try body.requireDistinctNames()
        guard let objects = body.folded("Operations")?.objects, !objects.isEmpty else {
            throw SCIMFailure(
                .invalidSyntax,
                "\"Operations\" must be an array of at least one object."
            )
        }
        guard objects.count <= SCIMPatch.maximumOperations else {
            throw SCIMFailure(
                .tooMany,
                "A change has at most \(SCIMPatch.maximumOperations) operations, not \(objects.count)."
            )
        }
        self.type = type
        var operations: [Operation] = []
        var memberships: [SCIMMembership] = []
        var hasUnserved = false
        for object in objects {
            let read = try SCIMPatch.read(object, of: type)
            hasUnserved = hasUnserved || read == nil
            guard let operation = read else { continue }
            try SCIMMembership.take(operation, &operations, &memberships)
        }
        guard !operations.isEmpty || !memberships.isEmpty else {
            throw SCIMFailure(
                .noTarget,
                "None of the operations is about an attribute that is kept here."
            )
        }
        guard memberships.reduce(0, { $0 + $1.count }) <= SCIMMembership.maximumCount else {
            throw SCIMFailure(
                .tooMany,
                "A change names at most \(SCIMMembership.maximumCount) members."
            )
        }
        self.operations = operations.map { $0.resolved(of: type) }
        let names = self.operations.reduce(0) { $0 + $1.parts.count }
        guard names <= SCIMPatch.maximumOperations else {
            throw SCIMFailure(
                .tooMany,
                "A change names at most \(SCIMPatch.maximumOperations) attributes, not \(names)."
            )
        }
        self.memberships = memberships
    }

    /// Reads an operation; nil for one about an attribute of the standard that is not kept.
    private static func read(
        _ object: JSONObject,
        of type: SCIMResourceType
    ) throws(SCIMFailure) -> Operation? {
        try object.requireDistinctNames()
        let word = object.folded("op")?.text ?? ""
        guard let kind = Kind.allCases.first(where: { $0.rawValue.hasSameFoldedBytes(as: word) })
        else {
            throw SCIMFailure(
                .invalidSyntax,
                "\"op\" must be add, remove or replace, not \(word.quoted(20))."
            )
        }
        let value = object.folded("value")
        switch object.folded("path") {
        case nil, .null, .string(""):
            return try withoutPath(kind, value)
        case .string(let text):
            switch try SCIMPatchPath.read(text, of: type) {
            case .unserved: return nil
            case .unknown:
                throw SCIMFailure(
                    .invalidPath,
                    "There is no attribute \(text.quoted(60)) of a \(type.name)."
                )
            case .known(let path):
                guard kind == .remove || value != nil else {
                    throw SCIMFailure(
                        .invalidValue,
                        "The operation \(kind.rawValue) of \(text.quoted(60)) needs a \"value\"."
                    )
                }
                return Operation(kind: kind, path: path, value: value)
            }
        default:
            throw SCIMFailure(.invalidSyntax, "\"path\" must be a string.")
        }
    }

    private static func withoutPath(
        _ kind: Kind,
        _ value: JSONValue?
    ) throws(SCIMFailure) -> Operation {
        guard kind != .remove else {
            throw SCIMFailure(.noTarget, "The operation remove needs a \"path\".")
        }
        guard case .object(let object)? = value else {
            throw SCIMFailure(
                .invalidSyntax,
                "The \"value\" of an operation without a \"path\" must be an object."
            )
        }
        try object.requireDistinctNames()
        return Operation(kind: kind, path: nil, value: value)
    }

    /// Whether an operation is about an attribute of the resource itself.
    public func names(_ attribute: String) -> Bool {
        operations.contains { operation in
            if let path = operation.path { return path.path.attribute?.name == attribute }
            guard case .object(let object)? = operation.value else { return false }
            return object.members.contains { name, _ in
                guard case .known(let path) = type.resolve(name) else { return false }
                return path.schema == nil && path.attribute?.name == attribute
            }
        }
    }

    /// A resource with the change made, in the order of the schemas.
    ///
    /// The operations are made one after the other; where one cannot be made, none is.
    ///
    /// - Throws: ``SCIMFailure`` with kind `mutability`, `invalidValue`, `noTarget` or `invalidPath`.
    public func apply(to resource: JSONObject) throws(SCIMFailure) -> JSONObject {
        var editor = SCIMEditor(resource: resource, type: type)
        for operation in operations { try editor.make(operation) }
        return type.ordered(editor.resource)
    }
}
