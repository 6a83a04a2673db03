import FoundationEssentials
import Hummingbird
import MusterCore
import TenableAPI
import TextBytes
import WireJSON

/// The standard roles, and who has which.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /access-control/v1/roles | Administrator | 200 `[role...]` |
/// | GET, PUT | /access-control/v1/users/{id}/roles | Administrator | 200 `{"role_uuids":[one]}` |
struct TenableRoleRoutes {
    private let directory: Directory
    private let users: UserService

    init(_ directory: Directory) {
        self.directory = directory
        users = UserService(directory)
    }

    var routes: [Route] {
        [
            Route(.get, "/access-control/v1/roles", list),
            Route(reading: "/access-control/v1/users/:id/roles", in: directory, details),
            Route(.put, "/access-control/v1/users/:id/roles", assign),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        try call.principal.requireAdministrator()
        return Response.json(reserving: 2048) { json in
            json.array { json in
                for role in Role.allCases { write(role, to: &json) }
            }
        }
    }

    @Sendable private func details(_ call: ReadCall) throws(MusterError) -> Answer? {
        let reference = UserReference(path: call.parameter)
        return answer(try users.details(.user(reference), by: call.principal, in: call.reader))
    }

    @Sendable private func assign(_ call: Call) async throws -> Response {
        let user = try await users.edit(.user(call.user), by: try call.callerForChange) {
            () throws(MusterError) in
            var changes = UserChanges()
            changes.role = try role(call)
            return changes
        }
        return Response(answer(user))
    }

    private func role(_ call: Call) throws(MusterError) -> Role {
        let texts = try call.read { (fields: TenableFields) throws(TenableFieldError) in
            try fields.requiredTexts("role_uuids")
        }
        guard let text = texts.first, texts.count == 1 else {
            throw .invalid("role_uuids", rule: "must contain exactly one role")
        }
        guard let uuid = UUID(path: text), let role = Role(uuid: uuid) else {
            throw MusterError(
                .roleNotFound,
                "Not found: containerUuid=\(directory.identity.uuid.text), roleUuid=\(text.head(64))"
            )
        }
        return role
    }

    private func answer(_ user: User) -> Answer {
        Answer.json { json in
            json.object { json in
                json.member("container_uuid", directory.identity.uuid.text)
                json.member("user_uuid", user.uuid.text)
                json.name("role_uuids")
                json.array { $0.string(user.role.uuid.text) }
            }
        }
    }

    private func write(_ role: Role, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", role.name)
            json.member("uuid", role.uuid.text)
            json.member("description", "Permissions \(role.rawValue)")
            json.name("role_permission_strings")
            json.array { _ in }
            json.member("type", "STANDARD")
            json.member("status", "ENABLED")
            json.member("containerUuid", directory.identity.uuid.text)
        }
    }
}
