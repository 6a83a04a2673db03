import FoundationEssentials
import Hummingbird
import MusterCore
import TenableAPI
import TextBytes

/// Users in the Tenable dialect.
///
/// | method | path | needs | answers |
/// |---|---|---|---|
/// | GET | /users | Basic | 200 `{"users":[...]}`, see ``TenableUserList`` |
/// | POST | /users | Administrator | 200 record |
/// | GET | /users/{id} | Administrator | 200 record |
/// | PUT | /users/{id} | Administrator | 200 record |
/// | DELETE | /users/{id} | Administrator | 200 empty |
/// | PUT | /users/{id}/enabled | Administrator | 200 record |
/// | GET, PUT | /users/{id}/authorizations | Administrator | 200 record, 200 empty |
///
/// An object, of which a request holds one reference: the handler of a value copies all of it for each.
final class TenableUserRoutes: Sendable {
    let directory: Directory
    let users: UserService
    private let view: TenableUserView

    init(_ directory: Directory) {
        self.directory = directory
        users = UserService(directory)
        view = TenableUserView(directory)
    }

    var routes: [Route] {
        [
            TenableUserList(directory).route,
            Route(.post, "/users", create),
            Route(reading: "/users/:id", in: directory, details),
            Route(.put, "/users/:id", edit),
            Route(.delete, "/users/:id", delete),
            Route(.put, "/users/:id/enabled", setEnabled),
            Route(reading: "/users/:id/authorizations", in: directory, authorizations),
            Route(.put, "/users/:id/authorizations", setAuthorizations),
        ]
    }

    @Sendable private func create(_ call: Call) async throws -> Response {
        let user = try await users.create(by: try call.callerForChange) { () throws(MusterError) in
            try call.newUser()
        }
        let record = view.record(user)
        return Response.json { record.write(to: &$0) }
    }

    @Sendable private func details(_ call: ReadCall) throws(MusterError) -> Answer? {
        let reference = UserReference(path: call.parameter)
        let user = try users.details(.user(reference), by: call.principal, in: call.reader)
        let record = view.record(user, withRoles: try call.query().wantsRoles())
        return Answer.json { record.write(to: &$0) }
    }

    @Sendable private func edit(_ call: Call) async throws -> Response {
        let principal = try call.callerForChange
        let user = try await users.edit(.user(call.user), by: principal) {
            () throws(MusterError) in
            try call.editRequest()
        } for: { body, target throws(MusterError) in
            try body.changes(of: target.username)
        }
        let record = view.record(user)
        return Response.json { record.write(to: &$0) }
    }

    @Sendable private func delete(_ call: Call) async throws -> Response {
        try await users.delete(call.user, by: try call.callerForChange) { () throws(MusterError) in
            guard let text = try call.query()["successor_user_uuid"] else { return nil }
            guard let uuid = UUID(path: text) else {
                throw .invalid(
                    "successor_user_uuid",
                    rule: "must be a valid GUID"
                )
            }
            return uuid
        }
        return .empty
    }

    @Sendable private func setEnabled(_ call: Call) async throws -> Response {
        let user = try await users.edit(.user(call.user), by: try call.callerForChange) {
            () throws(MusterError) in
            var changes = UserChanges()
            changes.isEnabled = try call.read(EnabledRequest.init).isEnabled
            return changes
        }
        let record = view.record(user)
        return Response.json { record.write(to: &$0) }
    }
}

extension Call {
    /// The user whom the path names.
    var user: UserReference { UserReference(path: parameter("id")) }
}

extension QueryItems {
    /// Whether roles are wanted by name.
    ///
    /// - Throws: ``MusterError`` with code `input.invalid`.
    func wantsRoles() throws(MusterError) -> Bool {
        switch self["withRoles"].map({ ByteText(folding: $0) }) {
        case nil, "false": return false
        case "true": return true
        default: throw .invalid("withRoles", rule: "must be a boolean")
        }
    }
}
