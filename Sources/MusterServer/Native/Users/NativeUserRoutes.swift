import HTTPTypes
import Hummingbird
import MusterAPI
import MusterCore
import TextBytes
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
            NativeRoutes.route(.get, "/account", ownDetails),
            NativeRoutes.route(.get, "/users/:ref", details),
            NativeRoutes.route(.patch, "/users/:ref", update),
            NativeRoutes.route(.delete, "/users/:ref", remove),
            NativeRoutes.route(.post, "/users/:ref/unlock", unlock),
        ]
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireReader()
        let items = try call.query()
        var (query, hasLimit) = try items.userQuery(prefix: "f")
        if let text = items["group"] {
            let group = try await GroupService(directory).details(
                GroupReference(native: text),
                by: principal
            )
            query.group = group.isEveryone ? nil : group.id
        }
        query.filters = try items.userFilters(directory)
        query.readsFactors = true
        // Before the page: a list may be newer than its tag says, but never older.
        let revision = try await Revision.present(in: directory)
        let pages = UserPages(users, by: principal, query, hasLimit: hasLimit)
        let first = try await pages.first()
        let total = try await SearchTurns.users.run(for: principal) {
            () async throws(MusterError) in
            try await users.count(query, by: principal)
        }
        let view = view
        let response = try pages.respond(first) { user, json in
            view.record(user).write(to: &json)
        } ending: {
            $0.member("total", total)
        }
        return Revision.tagged(response, revision)
    }

    @Sendable private func details(_ call: Call) async throws -> Response {
        let revision = try await Revision.present(in: directory)
        let account = try await users.account(of: try call.nativeUser(), by: try call.principal)
        let record = view.record(account)
        return Revision.tagged(Response.json { record.write(to: &$0) }, revision)
    }

    /// Who asks, also where its password has to be changed first.
    @Sendable private func ownDetails(_ call: Call) async throws -> Response {
        let principal = try call.principal
        let revision = try await Revision.present(in: directory)
        let record = OwnAccountRecord(
            account: view.record(try await users.ownAccount(by: principal)),
            mustChangePassword: principal.mustChangePassword
        )
        return Revision.tagged(Response.json { record.write(to: &$0) }, revision)
    }

    @Sendable private func add(_ call: Call) async throws -> Response {
        let user = try await users.create(by: try call.callerForChange) { () throws(MusterError) in
            let body = try call.readObject(UserBody.init)
            guard let text = body.username else {
                throw .invalid("username", "\"username\" is required")
            }
            let username = try Username(text)
            let draft = UserDraft(username: username, applying: try body.changes(of: username))
            return (draft, body.password.map { Secret($0) })
        }
        return try await answer(user, status: .created)
    }

    @Sendable private func update(_ call: Call) async throws -> Response {
        let principal = try call.callerForChange
        let user = try await users.edit(.user(try call.nativeUser()), by: principal) {
            target throws(MusterError) in
            let body = try call.readObject(UserBody.init)
            guard body.password == nil else {
                throw .invalid(
                    "password",
                    "\"password\" cannot be changed here; use PUT /muster/v1/users/{ref}/password"
                )
            }
            var changes = try body.changes(of: target.username)
            changes.currentPassword = body.currentPassword.map { Secret($0) }
            return changes
        }
        return try await answer(user)
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        try await users.delete(try call.nativeUser(), by: try call.callerForChange) { nil }
        return await Revision.changed(Response(status: .noContent), in: directory)
    }

    @Sendable private func unlock(_ call: Call) async throws -> Response {
        try await answer(
            try await users.unlock(try call.nativeUser(), by: try call.callerForChange)
        )
    }

    private func answer(
        _ user: User,
        status: HTTPResponse.Status = .ok
    ) async throws(MusterError) -> Response {
        let record = view.record(try await users.withFactors(user))
        return await Revision.changed(
            Response.json(status) { record.write(to: &$0) },
            in: directory
        )
    }
}

extension UserBody {
    /// The changes that were asked for, checked.
    ///
    /// - Throws: ``MusterError`` with code `user.username_invalid` or `input.invalid`.
    func changes(
        of username: Username,
        roleField: String = "permissions"
    ) throws(MusterError) -> UserChanges {
        var changes = UserChanges()
        if let text = self.username { changes.username = try Username(text) }
        let owner = changes.username ?? username
        changes.name = try UserBody.quoting(name) { text throws(MusterError) in
            try ContactRules.name(text)
        }
        changes.email = try UserBody.quoting(email) { text throws(MusterError) in
            try ContactRules.email(text, of: owner)
        }
        if let permissions {
            changes.role = try Role(word: String(permissions), field: roleField)
        }
        changes.isEnabled = isEnabled
        changes.expiry = expiresAt.map { value in
            switch value {
            case .null: .never
            case .moment(let milliseconds): .at(Timestamp(rawValue: milliseconds))
            }
        }
        changes.note = try UserBody.quoting(note) { text throws(MusterError) in
            try ContactRules.note(text)
        }
        if let hosts { changes.hosts = try AllowedNetworks(hosts) }
        changes.readMask = readbm
        changes.writeMask = writebm
        changes.liveviewMask = lviewbm
        changes.inactivityTimeout = timeout.map { .seconds($0) }
        changes.isAPIPermitted = isAPIPermitted
        changes.isPasswordPermitted = isPasswordPermitted
        changes.isSAMLPermitted = isSAMLPermitted
        changes.requiresSecondFactorEnrolment = isTwoFactorRequired
        return changes
    }

    /// Reads a text by a rule whose refusal does not quote it, since other dialects have that sentence as it is.
    private static func quoting(
        _ text: String?,
        _ read: (String?) throws(MusterError) -> String?
    ) throws(MusterError) -> String? {
        do {
            return try read(text)
        } catch {
            var error = error
            error.message += ", not \((text ?? "").quoted(40))"
            throw error
        }
    }
}
