import TextBytes
public import WireJSON

/// A step of what becomes of a group's members.
///
/// Members are named by their id, and steps cost nothing for members that they do not name.
public enum SCIMMembership: Sendable, Equatable {
    /// These come in; who is in stays.
    case add([String])
    /// These go; who is not in is passed over.
    case remove([String])
    /// All go.
    case removeAll
    /// These are in, and nobody else.
    case replace([String])

    /// The most members that one change names.
    public static let maximumCount = 10_000

    /// How many members it names.
    var count: Int {
        switch self {
        case .add(let ids), .remove(let ids), .replace(let ids): ids.count
        case .removeAll: 0
        }
    }

    /// Takes an operation apart: what it says of members, and the rest.
    static func take(
        _ operation: SCIMPatch.Operation,
        _ operations: inout [SCIMPatch.Operation],
        _ memberships: inout [SCIMMembership]
    ) throws(SCIMFailure) {
        if let path = operation.path {
            guard path.path.attribute?.name == "members" else {
                operations.append(operation)
                return
            }
            memberships.append(try step(operation, path))
            return
        }
        guard case .object(let object)? = operation.value,
            let members = object.members.first(where: { $0.name.hasSameFoldedBytes(as: "members") })
        else {
            operations.append(operation)
            return
        }
        let ids = try ids(members.value)
        memberships.append(operation.kind == .add ? .add(ids) : .replace(ids))
        let rest = JSONObject(object.members.filter { !$0.name.hasSameBytes(as: members.name) })
        // What stands beside the members, as an id or a schema, need not be anything that is kept.
        guard
            rest.members.contains(where: {
                $0.name.hasSameFoldedBytes(as: "displayName")
                    || $0.name.hasSameFoldedBytes(as: "externalId")
            })
        else { return }
        operations.append(
            SCIMPatch.Operation(kind: operation.kind, path: nil, value: .object(rest))
        )
    }

    private static func step(
        _ operation: SCIMPatch.Operation,
        _ path: SCIMPatchPath
    ) throws(SCIMFailure) -> SCIMMembership {
        if let filter = path.filter {
            guard operation.kind == .remove, path.sub == nil || path.sub?.name == "value",
                let ids = named(by: filter)
            else {
                throw SCIMFailure(
                    .invalidPath,
                    "Members are named by members[value eq \"id\"], and only to be removed; add them by value."
                )
            }
            return .remove(ids)
        }
        guard path.sub == nil else {
            throw SCIMFailure(.mutability, "The parts of a member cannot be changed.")
        }
        switch operation.kind {
        case .add: return .add(try ids(operation.value ?? .null))
        case .replace: return .replace(try ids(operation.value ?? .null))
        case .remove:
            guard let value = operation.value else { return .removeAll }
            return .remove(try ids(value))
        }
    }

    /// The ids that a filter is equal to, one or the other; nil for another filter.
    private static func named(by filter: SCIMFilter) -> [String]? {
        switch filter {
        case .part(let part, let comparison):
            guard part.name == "value", comparison.comparator == .equal,
                case .string(let id) = comparison.value
            else { return nil }
            return [id]
        case .or(let filters):
            var ids: [String] = []
            for filter in filters {
                guard let more = named(by: filter) else { return nil }
                ids += more
            }
            return ids
        default:
            return nil
        }
    }

    /// The ids of members, each sent as an object, as a text or as a reference.
    ///
    /// - Throws: ``SCIMFailure`` with kind `invalidValue`.
    public static func ids(_ value: JSONValue) throws(SCIMFailure) -> [String] {
        var ids: [String] = []
        for element in SCIMFilter.elements(value) {
            switch element {
            case .string(let id):
                ids.append(id)
            case .object(let object):
                if object.folded("type")?.text?.hasSameFoldedBytes(as: "Group") == true {
                    throw SCIMFailure(.invalidValue, "Groups in groups are not kept.")
                }
                guard let id = object.folded("value")?.text ?? object.folded("$ref")?.text?.lastPart
                else {
                    throw SCIMFailure(.invalidValue, "Each of the members must have a \"value\".")
                }
                ids.append(id)
            default:
                throw SCIMFailure(.invalidValue, "Each of the members must be an object.")
            }
        }
        return ids
    }
}

extension String {
    /// What stands after the last slash.
    fileprivate var lastPart: String {
        String(decoding: utf8.split(separator: UInt8(ascii: "/")).last ?? [], as: UTF8.self)
    }
}
