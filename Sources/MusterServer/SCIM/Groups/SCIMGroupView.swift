import FoundationEssentials
import MusterCore
import SCIMAPI
import WireJSON

/// Shows groups as SCIM does.
struct SCIMGroupView: Sendable {
    private let digester: any Digester

    init(_ directory: Directory) {
        digester = directory.digester
    }

    /// The entity tag of a group; each change of it or of who is in it makes another.
    func version(_ group: Group) -> String {
        let text = [
            group.uuid.text, String(group.changedAt.rawValue), String(group.userCount),
            group.externalID ?? "", group.name,
        ].joined(separator: "\u{0}")
        return SCIMVersion.tag(Array(text.utf8), digester)
    }

    /// The attributes that clients write, without the members.
    func attributes(of group: Group) -> JSONObject {
        var resource = JSONObject([
            ("id", .string(group.uuid.text)), ("displayName", .string(group.name)),
        ])
        if let id = group.externalID {
            resource = resource.setting("externalId", to: .string(id), in: nil)
        }
        return resource
    }

    /// The whole resource; members where they were read.
    func resource(_ found: GroupWithMembers, root: String) -> JSONObject {
        let group = found.group
        var resource = attributes(of: group)
        resource = resource.setting("schemas", to: .array([.string(SCIMSchema.group.id)]), in: nil)
        if let members = found.members, !members.isEmpty {
            let records = SCIMGroupView.records(of: members[...], found.names, root)
            resource = resource.setting("members", to: .array(records), in: nil)
        }
        resource = resource.setting(
            "meta",
            to: SCIMVersion.meta(
                "Group",
                created: group.createdAt,
                changed: group.changedAt,
                location: "\(root)/Groups/\(group.uuid.text)",
                version: version(group)
            ),
            in: nil
        )
        return SCIMResourceType.group.ordered(resource)
    }

    /// What is shown of some members of a group.
    ///
    /// - Parameters:
    ///   - members: Who they are.
    ///   - names: The names to show for all members of the group, at the same places; nil if they were not read.
    ///   - root: Where the API lives, as the caller sees it.
    /// - Returns: An object for each.
    static func records(
        of members: ArraySlice<UUID>,
        _ names: [String]?,
        _ root: String
    ) -> [JSONValue] {
        members.indices.map { place in
            let uuid = members[place]
            var record: [(name: String, value: JSONValue)] = [
                ("value", .string(uuid.text)), ("$ref", .string("\(root)/Users/\(uuid.text)")),
                ("type", .string("User")),
            ]
            if let names { record.append(("display", .string(names[place]))) }
            return JSONValue.object(JSONObject(record))
        }
    }
}

extension SCIMProjection {
    /// What has to be read of a group's members; their names only where somebody asks for them.
    var memberListing: GroupWithMembers.Listing {
        guard shows("members") else { return .nobody }
        return asksFor("members", "display") ? .names : .uuids
    }
}
