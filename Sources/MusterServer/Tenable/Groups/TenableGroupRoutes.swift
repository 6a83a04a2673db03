import Hummingbird
import MusterCore
import TenableAPI
import WireJSON

/// Groups in the Tenable dialect.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /groups | Basic | 200 `{"groups":[...]}` |
/// | POST | /groups | Administrator | 200 record |
/// | PUT | /groups/{gid} | Administrator | 200 record |
/// | DELETE | /groups/{gid} | Administrator | 200 empty |
/// | GET | /groups/{gid}/users | Administrator | 200 `{"users":[...]}` |
/// | POST, DELETE | /groups/{gid}/users/{id} | Administrator | 200 empty |
struct TenableGroupRoutes {
    private let directory: Directory
    private let groups: GroupService

    init(_ directory: Directory) {
        self.directory = directory
        groups = GroupService(directory)
    }

    var routes: [Route] {
        [
            Route(.get, "/groups", isList: true, list),
            Route(.post, "/groups", create),
            Route(.put, "/groups/:gid", edit),
            Route(.delete, "/groups/:gid", delete),
            Route(.get, "/groups/:gid/users", isList: true, members),
            Route(.post, "/groups/:gid/users/:id") { try await setMember(true, $0) },
            Route(.delete, "/groups/:gid/users/:id") { try await setMember(false, $0) },
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let principal = try call.principal
        let found = try await groups.listInTurn(by: principal)
        let records = found.map { GroupRecord($0, in: directory) }
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

    @Sendable private func create(_ call: Call) async throws -> Response {
        let group = try await groups.create(by: try call.principal) { () throws(MusterError) in
            try call.groupDraft()
        }
        return Response.json { GroupRecord(group, in: directory).write(to: &$0) }
    }

    @Sendable private func edit(_ call: Call) async throws -> Response {
        let group = try await groups.edit(call.group, by: try call.principal) {
            () throws(MusterError) in
            try call.groupDraft()
        }
        return Response.json { GroupRecord(group, in: directory).write(to: &$0) }
    }

    @Sendable private func delete(_ call: Call) async throws -> Response {
        try await groups.delete(call.group, by: try call.principal)
        return .empty
    }

    @Sendable private func members(_ call: Call) async throws -> Response {
        try await TenableUserList(directory).respond(
            to: try call.principal,
            call,
            membersOf: call.group
        )
    }

    private func setMember(_ isMember: Bool, _ call: Call) async throws -> Response {
        try await groups.setMembership(
            of: call.user,
            in: call.group,
            isMember: isMember,
            by: try call.callerForChange
        )
        return .empty
    }
}

extension GroupRecord {
    /// The record of a group.
    init(_ group: Group, in directory: Directory) {
        self.init(
            uuid: group.uuid.text,
            id: group.id.rawValue,
            name: group.name,
            isManagedBySAML: group.isManagedBySAML,
            userCount: group.userCount,
            isBuiltIn: group.isEveryone,
            containerUUID: directory.identity.uuid.text
        )
    }
}

extension Call {
    /// The group that the path names.
    fileprivate var group: GroupReference { GroupReference(path: parameter("gid")) }

    fileprivate func groupDraft() throws(MusterError) -> GroupDraft {
        let body = try read(GroupRequest.init)
        return try GroupDraft(name: body.name, isManagedBySAML: body.isManagedBySAML)
    }
}
