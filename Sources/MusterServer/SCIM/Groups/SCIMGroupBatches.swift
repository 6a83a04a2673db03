import FoundationEssentials
import Hummingbird
import MusterCore
import NIOCore
import SCIMAPI
import WireJSON

/// A SCIM group of very many members, who are written some at a time: to hold each as a part of a tree takes some hundred bytes, and
/// as a part of one text no less.
///
/// The caller is admitted again before each piece.
struct SCIMGroupBatches: ListBatches {
    /// How many members a group has at most that is answered as a whole.
    static let mostHeld = 20_000

    /// The group.
    let group: Group
    /// As much of it as is shown, without its members.
    let rest: JSONObject
    /// Who is in it.
    let members: [UUID]
    /// The names to show for them, at the same places; nil if nobody asks for them.
    let names: [String]?
    /// Where the API lives, as the caller sees it.
    let root: String
    /// What is shown.
    let projection: SCIMProjection
    /// How many members are written at a time.
    var size = 5_000
    /// The list in which the group is the last resource, up to where that stands; nil if it stands by itself.
    var list: JSONWriter?
    /// Admits the caller again.
    let admit: @Sendable () async throws(MusterError) -> Void

    /// A group of so many members that it is written piece by piece; nil if it has fewer, or nobody asks for them.
    ///
    /// - Parameters:
    ///   - found: The group.
    ///   - view: Shows it.
    ///   - root: Where the API lives, as the caller sees it.
    ///   - projection: What is shown.
    ///   - mostHeld: How many members it may have otherwise.
    ///   - admit: Admits the caller again.
    init?(
        _ found: GroupWithMembers,
        _ view: SCIMGroupView,
        root: String,
        _ projection: SCIMProjection,
        beyond mostHeld: Int = SCIMGroupBatches.mostHeld,
        admit: @escaping @Sendable () async throws(MusterError) -> Void
    ) {
        guard let members = found.members, members.count > mostHeld else { return nil }
        group = found.group
        (self.members, names) = (members, found.names)
        (self.root, self.projection, self.admit) = (root, projection, admit)
        let bare = GroupWithMembers(group: found.group, members: nil)
        rest = projection.apply(to: view.resource(bare, root: root), of: .group)
    }

    /// The same, before each piece of which its caller has to be one who may read the group.
    init?(
        _ found: GroupWithMembers,
        _ view: SCIMGroupView,
        root: String,
        _ projection: SCIMProjection,
        beyond mostHeld: Int = SCIMGroupBatches.mostHeld,
        of groups: GroupService,
        for principal: Principal
    ) {
        let id = found.group.uuid
        self.init(found, view, root: root, projection, beyond: mostHeld) {
            () async throws(MusterError) in
            _ = try await groups.withMembers(id, listing: .nobody, by: principal)
        }
    }

    /// How many places of ``ListShares`` it takes for what it holds until its last reader has gone.
    var places: Int {
        let bytes = members.count * MemoryLayout<UUID>.size + (names?.count ?? 0) * 64
        return max(1, bytes / ListShares.bytesOfPlace)
    }

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        var json = list ?? JSONWriter(reserving: 512 + size * 200)
        json.beginObject()
        for (name, value) in rest.members {
            json.name(escaping: name)
            json.value(value)
        }
        var hasBegun = false
        for start in stride(from: 0, to: members.count, by: size) {
            write(members[start..<min(start + size, members.count)], after: &hasBegun, to: &json)
            try await admit()
            try await writer.write(ByteBuffer(bytes: json.takeBytes()))
        }
        if hasBegun { json.endArray() }
        json.endObject()
        if list != nil { SCIMList.end(&json) }
        try await writer.write(ByteBuffer(bytes: json.takeBytes()))
    }

    /// Writes some of the members, which are the last of all attributes; nothing where nothing of them is shown.
    private func write(
        _ members: ArraySlice<UUID>,
        after hasBegun: inout Bool,
        to json: inout JSONWriter
    ) {
        guard projection.isChosen else {
            begin(&hasBegun, &json)
            for uuid in members {
                let text = uuid.text
                json.beginObject()
                json.member("value", text)
                json.member("$ref", root, "/Users/", text)
                json.member("type", "User")
                json.endObject()
            }
            return
        }
        let records = SCIMGroupView.records(of: members, names, root)
        let whole = JSONObject([("members", .array(records))])
        guard case .array(let shown)? = projection.apply(to: whole, of: .group)["members"] else {
            return
        }
        begin(&hasBegun, &json)
        for record in shown { json.value(record) }
    }

    private func begin(_ hasBegun: inout Bool, _ json: inout JSONWriter) {
        guard !hasBegun else { return }
        hasBegun = true
        json.name("members")
        json.beginArray()
    }
}
