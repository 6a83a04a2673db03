import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import WireJSON

/// Users in the native API.
struct NativeUserRoutes {
    private let directory: Directory
    private let users: UserService
    private let view: NativeUserView

    init(_ directory: Directory) {
        self.directory = directory
        users = UserService(directory)
        view = NativeUserView(directory)
    }

    var routes: [Route] {
        [
            NativeRoutes.route(.get, "/users", isList: true, list),
            NativeRoutes.route(.post, "/users", add),
            NativeRoutes.reading("/account", in: directory, ownDetails),
            NativeRoutes.reading("/users/:ref", in: directory, details),
            NativeRoutes.route(.patch, "/users/:ref", update),
            NativeRoutes.route(.delete, "/users/:ref", remove),
            NativeRoutes.route(.post, "/users/:ref/unlock", unlock),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireReader()
        let items = try call.query()
        let (query, hasLimit) = try items.userQuery(prefix: "f", takesInfix: true)
        let pages = UserPages(users, by: principal)
        let first = try await pages.first(
            membersOf: items["group"].map { GroupReference(native: $0) },
            isCounted: true,
            isTagged: true
        ) { () throws(MusterError) in
            var query = query
            query.filters = try items.userFilters(directory)
            query.readsFactors = true
            return (query, hasLimit)
        }
        let (view, total) = (view, first.total)
        let response = try pages.respond(first) { user, json in
            view.record(user).write(to: &json)
        } ending: {
            $0.member("total", total?.count ?? 0)
            if total?.isEstimate == true { $0.member("total_is_estimate", true) }
        }
        return Revision.tagged(response, first.revision)
    }

    @Sendable private func details(_ call: ReadCall) throws(MusterError) -> Answer? {
        let account = try users.account(
            of: try call.nativeUser(),
            by: call.principal,
            in: call.reader
        )
        let record = view.record(account)
        return Revision.tagged(
            Answer.json { record.write(to: &$0) },
            try call.reader.revision()
        )
    }

    /// Who asks, also where its password has to be changed first.
    @Sendable private func ownDetails(_ call: ReadCall) throws(MusterError) -> Answer? {
        let record = OwnAccountRecord(
            account: view.record(try users.ownAccount(by: call.principal, in: call.reader)),
            mustChangePassword: call.principal.mustChangePassword
        )
        return Revision.tagged(
            Answer.json { record.write(to: &$0) },
            try call.reader.revision()
        )
    }

    @Sendable private func add(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        var user = try await users.create(by: principal) { () throws(MusterError) in
            let body = try call.readObject(UserBody.init)
            guard let text = body.username else {
                throw .invalid("username", rule: "is required")
            }
            let username = try Username(text)
            let draft = UserDraft(username: username, applying: try body.changes(of: username))
            return (draft, body.password.map { Secret($0) })
        }
        user.factors = FactorCounts()
        return answer(user, by: principal, status: .created)
    }

    @Sendable private func update(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        let user = try await users.edit(
            .user(try call.nativeUser()),
            by: principal,
            proof: .password,
            countsFactors: true
        ) {
            () throws(MusterError) in
            let body = try call.readObject(UserBody.init)
            guard body.password == nil else {
                throw .invalid(
                    "password",
                    rule: "cannot be changed here; use PUT /muster/v1/users/{ref}/password"
                )
            }
            return UserEditRequest(
                body,
                currentPassword: body.currentPassword.map { Secret($0) }
            )
        } for: { body, target throws(MusterError) in
            try body.changes(of: target.username)
        }
        return answer(user, by: principal)
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        try await users.delete(try call.nativeUser(), by: principal) { nil }
        return Revision.changed(Response(status: .noContent), by: principal)
    }

    @Sendable private func unlock(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        return answer(
            try await users.unlock(try call.nativeUser(), by: principal),
            by: principal
        )
    }

    private func answer(
        _ user: User,
        by principal: Principal,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let record = view.record(user)
        return Revision.changed(Response.json(status) { record.write(to: &$0) }, by: principal)
    }
}
