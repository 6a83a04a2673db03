import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import WireJSON

/// Groups in the native API; the members of one are those whom `GET /users?group=` lists.
struct NativeGroupRoutes {
    private let directory: Directory
    private let groups: GroupService

    init(_ directory: Directory) {
        self.directory = directory
        groups = GroupService(directory)
    }

    var routes: [Route] {
        [
            NativeRoutes.route(.get, "/groups", isList: true, list),
            NativeRoutes.route(.post, "/groups", create),
            NativeRoutes.reading("/groups/:group", in: directory, leaving: countedDetails, details),
            NativeRoutes.route(.patch, "/groups/:group", edit),
            NativeRoutes.route(.delete, "/groups/:group", delete),
            NativeRoutes.route(.put, "/groups/:group/members/:ref") { try await set(true, $0) },
            NativeRoutes.route(.delete, "/groups/:group/members/:ref") { try await set(false, $0) },
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let principal = try call.principal
        let records = try await groups.listInTurn(by: principal).map { GroupRecord($0) }
        let answer = Answer.json(reserving: 64 + records.count * 256) { json in
            json.object { json in
                json.name("groups")
                json.array { json in
                    for record in records { record.write(to: &json) }
                }
            }
        }
        return try Response.page(answer, for: principal.payer)
    }

    @Sendable private func details(_ call: ReadCall) throws(MusterError) -> Answer? {
        let reference = GroupReference(native: try call.decodedParameter())
        let group = try groups.details(reference, by: call.principal, in: call.reader)
        return group.map { group in Answer.json { GroupRecord(group).write(to: &$0) } }
    }

    /// The group of everybody, all of whom are counted.
    @Sendable private func countedDetails(_ call: Call) async throws -> Response {
        let group = try await groups.detailsInTurn(try call.nativeGroup(), by: try call.principal)
        return Response.json { GroupRecord(group).write(to: &$0) }
    }

    @Sendable private func create(_ call: Call) async throws -> Response {
        let group = try await groups.create(by: try call.principal) { () throws(MusterError) in
            try call.nativeGroupDraft()
        }
        return Response.json(.created) { GroupRecord(group).write(to: &$0) }
    }

    @Sendable private func edit(_ call: Call) async throws -> Response {
        let group = try await groups.edit(try call.nativeGroup(), by: try call.principal) {
            () throws(MusterError) in
            try call.nativeGroupDraft()
        }
        return Response.json { GroupRecord(group).write(to: &$0) }
    }

    @Sendable private func delete(_ call: Call) async throws -> Response {
        try await groups.delete(try call.nativeGroup(), by: try call.principal)
        return Response(status: .noContent)
    }

    private func set(_ isMember: Bool, _ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        try await groups.setMembership(
            of: try call.nativeUser(),
            in: try call.nativeGroup(),
            isMember: isMember,
            by: principal
        )
        return Revision.changed(Response(status: .noContent), by: principal)
    }
}

extension GroupRecord {
    /// The record of a group.
    fileprivate init(_ group: Group) {
        self.init(
            id: group.id.rawValue,
            uuid: group.uuid.text,
            name: group.name,
            userCount: Int64(group.userCount),
            isManagedBySAML: group.isManagedBySAML,
            isImmutable: group.isEveryone
        )
    }
}

extension Call {
    /// The group that the path names.
    ///
    /// - Throws: ``MusterError`` with code `input.malformed`.
    fileprivate func nativeGroup() throws(MusterError) -> GroupReference {
        GroupReference(native: try decodedParameter("group"))
    }

    fileprivate func nativeGroupDraft() throws(MusterError) -> GroupDraft {
        let body = try readObject(GroupBody.init)
        return try GroupDraft(name: body.name, isManagedBySAML: body.isManagedBySAML)
    }
}
