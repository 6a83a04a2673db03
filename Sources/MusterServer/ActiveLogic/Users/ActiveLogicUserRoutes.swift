import ActiveLogicAPI
import HTTPTypes
import Hummingbird
import MusterCore
import NIOCore
import WireJSON

/// Users in the ActiveLogic dialect.
struct ActiveLogicUserRoutes {
    private let directory: Directory
    private let users: UserService
    private let passwords: PasswordService

    init(_ directory: Directory) {
        self.directory = directory
        users = UserService(directory)
        passwords = PasswordService(directory)
    }

    var routes: [Route] {
        [
            ActiveLogicRoutes.route(.get, "/users", isList: true, list),
            ActiveLogicRoutes.route(.post, "/users", add),
        ]
            + ActiveLogicRoutes.userReadings("", in: directory, details)
            + ActiveLogicRoutes.userRoutes(.patch, "", update)
            + ActiveLogicRoutes.userRoutes(.delete, "", remove)
            + ActiveLogicRoutes.userRoutes(.put, "/password", changePassword)
    }

    @Sendable private func list(_ call: Call) async throws -> Response {
        let principal = try call.principal
        let (query, hasLimit) = try call.query().userQuery()
        let pages = UserPages(users, by: principal)
        let first = try await pages.first(isTagged: true) { (query, hasLimit) }
        let revision = first.revision
        if Revision.isKnown(revision, call.request.headers[.ifNoneMatch]) {
            return Response(Revision.unchanged(revision))
        }
        let response = try pages.respond(first) { user, json in
            UserRecord(user).write(to: &json)
        } ending: {
            $0.member("revision", revision)
        }
        return Revision.tagged(response, revision)
    }

    @Sendable private func details(
        _ reference: UserReference,
        _ call: ReadCall
    ) throws(MusterError) -> Answer? {
        let user = try users.look(at: reference, by: call.principal, in: call.reader)
        return Answer.json(reserving: 256) { UserRecord(user).write(to: &$0) }
    }

    @Sendable private func add(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        let user = try await users.create(by: principal) { () throws(MusterError) in
            let body = try call.read { (fields: ActiveLogicFields) throws(ArgumentError) in
                _ = try fields.requiredText("name")
                _ = try fields.requiredText("password")
                return try UserArguments(fields)
            }
            let changes = try body.changes()
            let username = try Username(body.name ?? "")
            return (UserDraft(username: username, applying: changes), changes.password)
        }
        return Revision.changed(answer(user, status: .created), by: principal)
    }

    @Sendable private func update(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        // The dialect has no place for the present password and knows no second factor.
        let user = try await users.edit(
            .user(try call.activeLogicUser()),
            by: principal,
            proof: .loginWithFactor
        ) { () throws(MusterError) in
            try call.read(UserArguments.init).changes()
        }
        return Revision.changed(answer(user), by: principal)
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        try await users.delete(try call.activeLogicUser(), by: principal) { nil }
        return Revision.changed(Response(status: .noContent), by: principal)
    }

    @Sendable private func changePassword(_ call: Call) async throws -> Response {
        let principal = try call.callerForTaggedChange
        let target = principal.target(try call.activeLogicUser())
        try await passwords.change(target, by: principal) { () throws(MusterError) in
            let body = try call.read(PasswordArguments.init)
            return PasswordChange(
                new: Secret(body.new),
                current: Secret(body.current),
                owner: .caller
            )
        }
        return Revision.changed(Response(status: .noContent), by: principal)
    }

    private func answer(_ user: User, status: HTTPResponse.Status = .ok) -> Response {
        Response.json(status, reserving: 256) { UserRecord(user).write(to: &$0) }
    }
}

extension UserRecord {
    /// The record of a user.
    init(_ user: User) {
        self.init(
            id: user.id.rawValue,
            name: user.username.text,
            readbm: user.masks.read,
            writebm: user.masks.write,
            lviewbm: user.masks.liveview,
            timeout: user.inactivityTimeout.components.seconds,
            hosts: user.hosts.texts
        )
    }
}

extension UserArguments {
    /// The changes that were asked for, checked.
    ///
    /// - Throws: ``MusterError`` with code `user.username_invalid`, `password.policy` or `input.invalid`.
    func changes() throws(MusterError) -> UserChanges {
        var changes = UserChanges()
        if let name { changes.username = try Username(name) }
        changes.password = password.map { Secret($0) }
        changes.readMask = readbm
        changes.writeMask = writebm
        changes.liveviewMask = lviewbm
        if let hosts { changes.hosts = try AllowedNetworks(hosts) }
        changes.inactivityTimeout = timeout.map { .seconds($0) }
        return changes
    }
}
