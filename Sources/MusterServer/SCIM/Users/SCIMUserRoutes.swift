import HTTPTypes
import Hummingbird
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Users as SCIM resources.
struct SCIMUserRoutes: Sendable {
    private let users: UserService
    private let persons: PersonService
    private let search: SCIMUserSearch
    private let view: SCIMUserView
    private let place: SCIMPlace

    init(_ directory: Directory, _ place: SCIMPlace) {
        users = UserService(directory)
        persons = PersonService(directory)
        search = SCIMUserSearch(directory)
        view = SCIMUserView(directory)
        self.place = place
    }

    var routes: [Route] {
        [
            SCIMRoutes.route(.get, "/Users", isList: true, list),
            SCIMRoutes.route(.post, "/Users", create),
            SCIMRoutes.route(.post, "/Users/.search", isList: true, find),
            SCIMRoutes.route(.get, "/Users/:id", read),
            SCIMRoutes.route(.put, "/Users/:id", replace),
            SCIMRoutes.route(.patch, "/Users/:id", change),
            SCIMRoutes.route(.delete, "/Users/:id", remove),
            SCIMRoutes.route(.get, "/Me", readOwn),
            SCIMRoutes.route(.put, "/Me", replaceOwn),
            SCIMRoutes.route(.patch, "/Me", changeOwn),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        try await SCIMList.page(
            for: call,
            at: place,
            try SCIMPage(try call.scimQuery()),
            search.found(_:by:root:)
        )
    }

    @Sendable private func find(_ call: Call) async throws -> Response {
        try await SCIMList.page(
            for: call,
            at: place,
            try SCIMPage(try call.scimBody()),
            search.found(_:by:root:)
        )
    }

    @Sendable private func read(_ call: Call) async throws -> Response {
        let id = try call.scimID(.userNotFound)
        let account = try await persons.account(of: .uuid(id), by: try call.principal)
        return try answer(account, call)
    }

    @Sendable private func readOwn(_ call: Call) async throws -> Response {
        let principal = try call.principal
        let account = try await persons.account(of: .id(principal.user.id), by: principal)
        return try answer(account, call)
    }

    @Sendable private func create(_ call: Call) async throws -> Response {
        let account = try await persons.create(by: try call.principal) { () throws(MusterError) in
            let body = try call.scimBody()
            let resource = try scim { () throws(SCIMFailure) in
                try SCIMBody(body, of: .user).resource
            }
            return try SCIMUserChanges(from: JSONObject(), to: resource).draft()
        }
        return try answer(account, call, status: .created)
    }

    @Sendable private func replace(_ call: Call) async throws -> Response {
        try await edit(call, SCIMUserEdit.replacing)
    }

    @Sendable private func change(_ call: Call) async throws -> Response {
        try await edit(call, SCIMUserEdit.changing)
    }

    @Sendable private func replaceOwn(_ call: Call) async throws -> Response {
        try await edit(call, isOwn: true, SCIMUserEdit.replacing)
    }

    @Sendable private func changeOwn(_ call: Call) async throws -> Response {
        try await edit(call, isOwn: true, SCIMUserEdit.changing)
    }

    private func edit(
        _ call: Call,
        isOwn: Bool = false,
        _ read: (JSONObject) throws(SCIMFailure) -> SCIMUserEdit
    ) async throws -> Response {
        let principal = try call.principal
        if !isOwn { try principal.requireAdministrator() }
        let target: UserTarget =
            isOwn ? .oneself : .user(.uuid(try call.scimID(.userNotFound)))
        let body = try call.scimBody()
        let edit = try scim { () throws(SCIMFailure) in try read(body) }
        let expected = call.expectedVersions
        let view = view
        let account = try await persons.edit(
            target,
            by: principal,
            setsPassword: edit.setsPassword
        ) { account throws(MusterError) in
            let before = view.attributes(of: account)
            try SCIMVersion.require(view.version(before), expected)
            let after = try edit.apply(to: before)
            if isOwn { try SCIMUserEdit.requireOwn(before, after) }
            let revision = try SCIMUserChanges(from: before, to: after).revision(of: account)
            guard revision.changes.password == nil || account.user.id != principal.user.id else {
                throw SCIMFailure(
                    .invalidValue,
                    "Change your own password with PUT /session/chpasswd, which asks for the present one."
                ).error
            }
            return revision
        }
        return try answer(account, call)
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireAdministrator()
        let id = try call.scimID(.userNotFound)
        let (view, expected) = (view, call.expectedVersions)
        try await persons.delete(.uuid(id), by: principal) { account throws(MusterError) in
            try SCIMVersion.require(view.version(view.attributes(of: account)), expected)
        }
        return Response(status: .noContent)
    }

    /// The answer with a user, as much of it as the query asks for.
    private func answer(
        _ account: PersonalAccount,
        _ call: Call,
        status: HTTPResponse.Status = .ok
    ) throws(MusterError) -> Response {
        let root = place.root(of: call)
        let version = view.version(view.attributes(of: account))
        if call.request.method == .get || call.request.method == .head, call.knows(version) {
            return Response(status: .notModified, headers: [.eTag: version])
        }
        let projection = try SCIMPage(try call.scimQuery()).projection(of: .user)
        let resource = projection.apply(to: view.resource(account, root: root), of: .user)
        var response = Response.json(status, reserving: 2048) { $0.value(.object(resource)) }
        response.headers[.eTag] = version
        if status == .created {
            response.headers[.location] = "\(root)/Users/\(account.user.uuid.text)"
        }
        return response
    }
}
