public import TextBytes
public import WireJSON

/// Many changes in one request (RFC 7644 section 3.7).
public struct SCIMBulk: Sendable {
    /// The most operations of one request.
    public static let maximumOperations = 1_000
    /// The most references of a request's operations to each other: ten each, or as many members of a group.
    public static let maximumReferences = 10_000

    /// One change.
    public struct Operation: Sendable {
        /// What is done, in capitals.
        public let method: String
        /// The name under which others of the request mean what this one makes; nil if it has none.
        public let bulkID: String?
        /// Which resource, without the root.
        public let path: String
        /// The version of the resource at which alone it is done; nil for any.
        public let version: String?
        /// The body; nil if there is none.
        public let data: JSONObject?
        /// What is wrong with it; nil if nothing is.
        public let fault: SCIMFailure?
        /// The operations that have to be done before, by their names.
        public let needs: Set<ByteText>
    }

    /// The changes, in the order in which they were sent.
    public let operations: [Operation]
    /// After how many failures nothing more is done; nil for never.
    public let mostErrors: Int?

    /// Reads a request.
    ///
    /// What is wrong with one operation is said in that one, but for how much they refer to each other.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidSyntax` or `tooMany`.
    public init(_ body: JSONObject) throws(SCIMFailure) {
        try body.requireDistinctNames()
        guard let objects = body.folded("Operations")?.objects, !objects.isEmpty else {
            throw SCIMFailure(
                .invalidSyntax,
                "\"Operations\" must be an array of at least one object."
            )
        }
        guard objects.count <= SCIMBulk.maximumOperations else {
            throw SCIMFailure(
                .tooMany,
                "A request has at most \(SCIMBulk.maximumOperations) operations, not \(objects.count)."
            )
        }
        switch body.folded("failOnErrors") {
        case nil, .null: mostErrors = nil
        case .integer(let number) where number > 0: mostErrors = Int(clamping: number)
        default:
            throw SCIMFailure(.invalidSyntax, "\"failOnErrors\" must be a whole number from 1 on.")
        }
        var operations: [Operation] = []
        var references = 0
        for object in objects {
            operations.append(SCIMBulk.read(object, &references))
            guard references <= SCIMBulk.maximumReferences else {
                throw SCIMFailure(
                    .tooMany,
                    "Operations of a request refer to each other \(SCIMBulk.maximumReferences) times at most: send them in several."
                )
            }
        }
        self.operations = operations
        var seen: Set<ByteText> = []
        for case let id? in operations.map(\.bulkID) where !seen.insert(ByteText(id)).inserted {
            throw SCIMFailure(
                .invalidSyntax,
                "\"bulkId\" must be another one in each operation, and \(id.quoted(60)) stands there twice."
            )
        }
    }

    private static let methods = ["POST", "PUT", "PATCH", "DELETE"]

    /// The longest name of an operation, in bytes.
    private static let longestName = 255

    private static func read(_ object: JSONObject, _ references: inout Int) -> Operation {
        var fault: SCIMFailure?
        do {
            try object.requireDistinctNames()
        } catch {
            fault = error
        }
        let word = object.folded("method")?.text ?? ""
        let method = methods.first { $0.hasSameFoldedBytes(as: word) }
        if method == nil {
            fault = SCIMFailure(
                .invalidSyntax,
                "\"method\" must be POST, PUT, PATCH or DELETE, not \(word.quoted(20))."
            )
        }
        let path = object.folded("path")?.text ?? ""
        let isPath =
            path.utf8.first == UInt8(ascii: "/") && path.utf8.count <= TextLimit.path
            && path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "?") }
        if !isPath {
            fault = SCIMFailure(
                .invalidSyntax,
                "\"path\" must be that of a resource, as in /Users or /Groups/{id}, not \(path.quoted(60))."
            )
        }
        var bulkID = object.folded("bulkId")?.text
        if let id = bulkID, id.utf8.count > longestName {
            fault = SCIMFailure(
                .invalidSyntax,
                "\"bulkId\" must have at most \(longestName) bytes, not \(id.utf8.count)."
            )
            bulkID = nil
        }
        var data: JSONObject?
        if case .object(let known)? = object.folded("data") { data = known }
        var needs: Set<ByteText> = []
        collect(.string(path), into: &needs, &references)
        if let data { collect(.object(data), into: &needs, &references) }
        return Operation(
            method: method ?? word.head(20),
            bulkID: bulkID,
            path: path,
            version: object.folded("version")?.text,
            data: data,
            fault: fault,
            needs: needs
        )
    }

    /// Notes the names of all operations that a value refers to, and counts how often it does; no more than are allowed.
    private static func collect(
        _ value: JSONValue,
        into needs: inout Set<ByteText>,
        _ references: inout Int
    ) {
        guard references <= maximumReferences else { return }
        switch value {
        case .string(let text):
            guard let (_, id) = text.bulkReference else { return }
            references += 1
            needs.insert(ByteText(id))
        case .array(let elements):
            for element in elements { collect(element, into: &needs, &references) }
        case .object(let object):
            for (_, value) in object.members { collect(value, into: &needs, &references) }
        default: break
        }
    }
}

extension SCIMBulk.Operation {
    /// The path with the ids of what other operations have made in the place of their names.
    public func path(with ids: [ByteText: String]) -> String {
        path.resolved(ids)
    }

    /// The body with the ids of what other operations have made in the place of their names.
    public func data(with ids: [ByteText: String]) -> JSONObject? {
        guard let data, case .object(let object) = resolved(.object(data), ids) else { return nil }
        return object
    }

    private func resolved(_ value: JSONValue, _ ids: [ByteText: String]) -> JSONValue {
        switch value {
        case .string(let text): .string(text.resolved(ids))
        case .array(let elements): .array(elements.map { resolved($0, ids) })
        case .object(let object):
            .object(JSONObject(object.members.map { ($0.name, resolved($0.value, ids)) }))
        default: value
        }
    }
}

extension String {
    /// What stands before a reference to another operation, and that one's name; nil if there is no reference.
    ///
    /// A reference is the whole text, or what stands after its last slash.
    fileprivate var bulkReference: (before: String, id: String)? {
        let bytes = utf8
        let start = bytes.lastIndex(of: UInt8(ascii: "/")).map { bytes.index(after: $0) }
        let last = bytes[(start ?? bytes.startIndex)...]
        let mark = "bulkId:"
        guard last.count > mark.utf8.count, Substring(last).begins(folded: mark) else { return nil }
        return (
            String(Substring(bytes[..<last.startIndex])),
            String(Substring(last.dropFirst(mark.utf8.count)))
        )
    }

    fileprivate func resolved(_ ids: [ByteText: String]) -> String {
        guard let (before, name) = bulkReference, let id = ids[ByteText(name)] else { return self }
        return before + id
    }
}
