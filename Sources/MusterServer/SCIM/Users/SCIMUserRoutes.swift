import FoundationEssentials
import HTTPTypes
import Hummingbird
import MusterCore
import SCIMAPI
import TextBytes
import WireJSON

/// Users as SCIM resources.
struct SCIMUserRoutes: Sendable {
    private let directory: Directory
    private let users: UserService
    private let persons: PersonService
    private let search: SCIMUserSearch
    private let view: SCIMUserView
    private let keys: SCIMUserKeys
    private let type: SCIMResourceType
    private let place: SCIMPlace

    init(_ directory: Directory, _ place: SCIMPlace) {
        self.directory = directory
        users = UserService(directory)
        let settings = place.settings
        persons = PersonService(directory, readsKeys: settings.sshKeys)
        search = SCIMUserSearch(directory, settings)
        view = SCIMUserView(directory, settings.users)
        keys = SCIMUserKeys(service: SSHKeyService(directory))
        type = settings.users
        self.place = place
    }

    var routes: [Route] {
        [
            SCIMRoutes.reading("/Users", in: directory, isList: true, leaving: list, readSought),
            SCIMRoutes.route(.post, "/Users", create),
            SCIMRoutes.route(.post, "/Users/.search", isList: true, find),
            SCIMRoutes.reading("/Users/:id", in: directory, read),
            SCIMRoutes.route(.put, "/Users/:id", replace),
            SCIMRoutes.route(.patch, "/Users/:id", change),
            SCIMRoutes.route(.delete, "/Users/:id", remove),
            SCIMRoutes.reading("/Me", in: directory, readOwn),
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

    @Sendable private func read(_ call: ReadCall) throws(MusterError) -> Answer? {
        try show(.uuid(try UUID(scimID: call.parameter, .userNotFound)), call)
    }

    @Sendable private func readOwn(_ call: ReadCall) throws(MusterError) -> Answer? {
        try show(.id(call.principal.user.id), call)
    }

    private func show(
        _ reference: UserReference,
        _ call: ReadCall
    ) throws(MusterError) -> Answer? {
        guard let root = place.root(of: call) else { return nil }
        let account = try persons.account(of: reference, by: call.principal, in: call.reader)
        let text = view.text(of: account)
        let version = view.version(text.attributes)
        guard !call.knows(version) else {
            return Answer(status: .notModified, fields: [(.eTag, version)])
        }
        let projection =
            call.queryText.isEmpty
            ? .usual : try SCIMPage(try call.scimQuery()).projection(of: type)
        return answer(view.shown(text, version, root: root, projection), version)
    }

    /// Answers a search for one login name and nothing else, which providers make before they make a user; all other lists are
    /// left to where lists are read.
    @Sendable private func readSought(_ call: ReadCall) throws(MusterError) -> Answer? {
        if let name = SCIMSoughtName.read(call.queryText) { return try found(name, .usual, call) }
        // No such search is longer, even with every sign of the name escaped.
        guard (1...1_024).contains(call.queryText.utf8.count), let items = try? call.scimQuery(),
            let page = try? SCIMPage(items), let name = page.soughtUserName,
            let projection = try? page.projection(of: type)
        else { return nil }
        return try found(name, projection, call)
    }

    /// The list of those who have a login name: of one user, or of nobody.
    private func found(
        _ name: String,
        _ projection: SCIMProjection,
        _ call: ReadCall
    ) throws(MusterError) -> Answer? {
        guard let root = place.root(of: call) else { return nil }
        let account = try persons.account(named: name, by: call.principal, in: call.reader)
        guard let account else { return SCIMList.answer(total: 0) { _ in } }
        let text = view.text(of: account)
        let version = view.version(text.attributes)
        let answer = SCIMList.answer(total: 1) { json in
            view.write(text, version, root: root, projection, to: &json)
        }
        return (answer.body?.count ?? 0) <= ListShares.free ? answer : nil
    }

    @Sendable private func create(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireAdministrator()
        let projection = try projection(call)
        let account = try await persons.create(by: principal) { () throws(MusterError) in
            let body = try call.scimBody()
            let resource = try scim { () throws(SCIMFailure) in
                try SCIMBody(body, of: type).resource
            }
            return try SCIMUserChanges(from: JSONObject(), to: resource, keys).draft()
        }
        return answer(account, call, projection, status: .created)
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
        _ read: (JSONObject, SCIMResourceType) throws(SCIMFailure) -> SCIMUserEdit
    ) async throws -> Response {
        let principal = try call.principal
        if !isOwn { try principal.requireAdministrator() }
        let target: UserTarget =
            isOwn ? .oneself : .user(.uuid(try call.scimID(.userNotFound)))
        let body = try call.scimBody()
        let edit = try scim { () throws(SCIMFailure) in try read(body, type) }
        let projection = try projection(call)
        let wanted = call.wantedVersions
        let (view, keys) = (view, keys)
        let revise: @Sendable (PersonalAccount) throws(MusterError) -> PersonService.Revision = {
            account throws(MusterError) in
            let (before, version) = view.attributes(of: account)
            try SCIMVersion.require(version, wanted)
            let after = try edit.apply(to: before)
            if isOwn { try SCIMUserEdit.requireOwn(before, after) }
            let revision = try SCIMUserChanges(from: before, to: after, keys)
                .revision(of: account)
            guard revision.changes.password == nil || account.user.id != principal.user.id else {
                throw SCIMFailure(
                    .invalidValue,
                    "Change your own password with PUT /session/chpasswd, which asks for the present one."
                ).error
            }
            return revision
        }
        let account = try await askingNoPassword(isOwn) { () async throws(MusterError) in
            try await persons.edit(
                target,
                by: principal,
                setsPassword: edit.setsPassword,
                revise
            )
        }
        return answer(account, call, projection)
    }

    /// What is shown of a user after a change, which is read before that is made: whoever is refused has changed nothing.
    private func projection(_ call: Call) throws(MusterError) -> SCIMProjection {
        try SCIMPage(try call.scimQuery()).projection(of: type)
    }

    /// Makes a change; where it is one of one's own account that wants the present password, nobody was asked for it.
    ///
    /// At `/Me` that is the e-mail address, which everybody changes of itself; only administrators come elsewhere.
    private func askingNoPassword<Value: Sendable>(
        _ isOwn: Bool,
        _ change: () async throws(MusterError) -> Value
    ) async throws(MusterError) -> Value {
        do {
            return try await change()
        } catch {
            guard error.code == .currentPasswordInvalid else { throw error }
            var told = error
            let other = isOwn ? "PUT /session" : "PATCH /muster/v1/users/{id}"
            told.message =
                "This change of your own account needs your present password, for which SCIM has no place. Make it with "
                + "\(other) and \"current_password\"."
            throw told
        }
    }

    @Sendable private func remove(_ call: Call) async throws -> Response {
        let principal = try call.principal
        try principal.requireAdministrator()
        let id = try call.scimID(.userNotFound)
        let (view, wanted) = (view, call.wantedVersions)
        try await persons.delete(.uuid(id), by: principal) { account throws(MusterError) in
            try SCIMVersion.require(view.version(view.text(of: account).attributes), wanted)
        }
        return Response(status: .noContent)
    }

    /// The answer to a change, with the user as it then is.
    private func answer(
        _ account: PersonalAccount,
        _ call: Call,
        _ projection: SCIMProjection,
        status: HTTPResponse.Status = .ok
    ) -> Response {
        let (text, root) = (view.text(of: account), place.root(of: call))
        let version = view.version(text.attributes)
        var answer = answer(view.shown(text, version, root: root, projection), version)
        answer.status = status
        if status == .created {
            answer.fields.append((.location, "\(root)/Users/\(account.user.uuid.text)"))
        }
        return Response(answer)
    }

    /// The answer with a user.
    private func answer(_ shown: SCIMShown, _ version: String) -> Answer {
        var answer: Answer
        switch shown {
        case .text(let bytes): answer = Answer(status: .ok, body: bytes)
        case .tree: answer = Answer.json(reserving: 2048) { shown.write(to: &$0) }
        }
        answer.fields.append((.eTag, version))
        return answer
    }
}
