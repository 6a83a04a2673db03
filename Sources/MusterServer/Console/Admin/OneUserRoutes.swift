import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// One user's page, and making a user.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET, POST | /admin/users/new | the form; the user is made |
/// | GET, POST | /admin/users/{id} | the page; the fields are changed |
struct OneUserRoutes {
    private let front: ConsoleFront
    private let users: UserService

    init(_ front: ConsoleFront) {
        self.front = front
        users = UserService(front.directory)
    }

    var routes: [Route] {
        let view = OneUserView(front.directory)
        return [
            front.page("/admin/users/new") { visit in
                try visit.principal.requireAdministrator()
                return showNew(visit, nil, isTyped: false)
            },
            front.form("/admin/users/new", isDangerous: givesRights) { visit in
                try await create(visit)
            },
            front.page("/admin/users/:id") { visit in
                try await view.show(visit, try visit.userID())
            },
            front.form("/admin/users/:id", isDangerous: opensMore) { visit in
                try await edit(visit, view)
            },
        ]
    }

    private func showNew(_ visit: Visit, _ error: MusterError?, isTyped: Bool) -> Response {
        let isOfPassword = error?.code == .passwordPolicy
        let page = NewUserPage(
            visit.userForm(nil, error, isTyped: isTyped),
            policy: visit.directory.rules.passwords.kind,
            password: FieldState(error: isOfPassword ? error?.message : nil)
        )
        let frame = error.map(visit.frame(telling:)) ?? visit.frame
        return ConsoleResponse.page(page.html(frame), telling: error)
    }

    private func create(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        let user: User
        do throws(MusterError) {
            user = try await users.create(by: principal, isTemporary: visit.isOn("temporary")) {
                () throws(MusterError) in
                let username = try Username(visit.text("username"))
                let body = try visit.userBody(of: Masks())
                let draft = UserDraft(username: username, applying: try body.changes(of: username))
                return (draft, visit.secret("password"))
            }
        } catch {
            guard !error.isOfServer else { throw error }
            return showNew(visit, error, isTyped: true)
        }
        return visit.done("/admin/users/\(user.id.rawValue)", .created)
    }

    @Sendable private func givesRights(_ visit: Visit) async throws -> Bool { visit.givesRights }

    /// Whoever changes the user after this look makes the form's revision another one, which is asked for with the change.
    @Sendable private func opensMore(_ visit: Visit) async throws -> Bool {
        let user = try await users.look(at: .id(try visit.userID()), by: try visit.principal)
        return visit.opensMore(to: user)
    }

    private func edit(_ visit: Visit, _ view: OneUserView) async throws -> Response {
        let id = try visit.userID()
        let principal = try visit.principal
        try principal.requireAdministrator()
        do throws(MusterError) {
            _ = try await users.edit(.user(.id(id)), by: principal, proof: .password) {
                UserEditRequest(visit, currentPassword: visit.secret("current_password"))
            } for: { visit, user throws(MusterError) in
                // Nobody changes what somebody else has changed since the page was made.
                guard visit.text("revision").utf8.elementsEqual("\(user.changedAt.rawValue)".utf8)
                else { throw OneUserView.changedMeanwhile(visit) }
                return try visit.userBody(of: user.masks).changes(of: user.username)
            }
        } catch {
            guard !error.isOfServer, !error.asksForProof else { throw error }
            return try await view.show(visit, id, error)
        }
        return visit.done("/admin/users/\(id.rawValue)", .saved)
    }
}

extension Visit {
    /// The user whom the path names.
    ///
    /// - Throws: ``MusterError`` with code `user.not_found`.
    func userID() throws(MusterError) -> UserID {
        guard let id = Int(digits: call.parameter("id")) else { throw .noSuchUser }
        return UserID(rawValue: Int64(id))
    }
}
