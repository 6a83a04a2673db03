import Hummingbird
import MusterConsole
import MusterCore
import TextBytes

/// What administrators do with one user, beside its fields.
///
/// | method | path | answers |
/// |---|---|---|
/// | POST | /admin/users/{id}/unlock, /password, /delete | what the name says |
/// | POST | /admin/users/{id}/api-keys, /api-keys/revoke | a new pair, shown once; no pair any more |
/// | POST | /admin/users/{id}/factors/reset, /sessions/end, /sessions/end-one | what the name says |
/// | POST | /admin/users/{id}/ssh-keys, /ssh-keys/remove | a public key is added, or removed |
/// | POST | /admin/users/{id}/groups/add, /groups/remove | a membership begins, or ends |
/// | POST | /admin/users/{id}/act, /admin/impersonation/end | the administrator acts in that name, or no more |
struct UserActionRoutes {
    private let front: ConsoleFront
    private let view: OneUserView
    private let users: UserService
    private let keys: SSHKeyService
    private let groups: GroupService

    init(_ front: ConsoleFront) {
        self.front = front
        view = OneUserView(front.directory)
        users = UserService(front.directory)
        keys = SSHKeyService(front.directory)
        groups = GroupService(front.directory)
    }

    var routes: [Route] {
        let directory = front.directory
        return [
            action("unlock", .unlocked) { visit, user, principal in
                _ = try await users.unlock(user, by: principal)
            },
            renewingAction("password", .saved, isDangerous: ConsoleFront.always) {
                visit,
                user,
                principal in
                let own = visit.secret("current_password")
                return try await PasswordService(directory).change(
                    .user(user),
                    by: principal,
                    renewing: .console
                ) {
                    PasswordChange(
                        new: Secret(visit.text("password")),
                        current: own,
                        owner: own == nil ? .target : .caller,
                        isTemporary: visit.isOn("temporary")
                    )
                }
            },
            action("factors/reset", .reset, isDangerous: ConsoleFront.always) {
                _,
                user,
                principal in
                try await FactorService(directory).reset(user, by: principal)
            },
            action("sessions/end-one", .sessionEnded) { visit, _, principal in
                try await SessionService(directory).revoke(
                    SessionID(visit.text("session")),
                    by: principal
                )
            },
            action("sessions/end", .sessionsEnded) { _, user, principal in
                try await SessionService(directory).revokeAll(of: user, by: principal)
            },
            action("api-keys/revoke", .keysRevoked) { _, user, principal in
                _ = try await APIKeyService(directory).revoke(.user(user), by: principal)
            },
            front.form(
                "/admin/users/:id/api-keys",
                isDangerous: ConsoleFront.always,
                rotate
            ),
            action("ssh-keys", .keyAdded, isDangerous: ConsoleFront.always) {
                visit,
                user,
                principal in
                _ = try await keys.add(to: user, by: principal) { (visit.text("key"), nil) }
            },
            action("ssh-keys/remove", .keyRemoved) { visit, user, principal in
                try await keys.remove(
                    fingerprint: { visit.text("fingerprint") },
                    from: user,
                    by: principal
                )
            },
            action("groups/add", .memberAdded, isDangerous: ConsoleFront.always) {
                visit,
                user,
                principal in
                try await setMembership(true, visit, user, principal)
            },
            action("groups/remove", .memberRemoved) { visit, user, principal in
                try await setMembership(false, visit, user, principal)
            },
            front.form("/admin/users/:id/delete", isDangerous: ConsoleFront.always, delete),
            front.form("/admin/users/:id/act", isDangerous: ConsoleFront.always, act),
            front.form("/admin/impersonation/end", needs: .session, endActing),
        ]
    }

    /// A form that does one thing with a user, and leads back to its page.
    private func action(
        _ name: String,
        _ word: DoneWord,
        isDangerous: ConsoleFront.Danger? = nil,
        _ change:
            @escaping @Sendable (Visit, UserReference, Principal) async throws -> Void
    ) -> Route {
        renewingAction(name, word, isDangerous: isDangerous) { visit, user, principal in
            try await change(visit, user, principal)
            return nil
        }
    }

    /// The same, where the caller's own session may get another token by it.
    private func renewingAction(
        _ name: String,
        _ word: DoneWord,
        isDangerous: ConsoleFront.Danger? = nil,
        _ change:
            @escaping @Sendable (Visit, UserReference, Principal) async throws -> IssuedSession?
    ) -> Route {
        let view = view
        return front.form("/admin/users/:id/\(name)", isDangerous: isDangerous) { visit in
            let id = try visit.userID()
            let renewed: IssuedSession?
            do {
                renewed = try await change(visit, .id(id), try visit.principal)
            } catch let error as MusterError
                where !error.isOfServer && error.code != .userNotFound && !error.asksForProof
            {
                return try await view.show(visit, id, error)
            }
            return visit.done("/admin/users/\(id.rawValue)", word).handing(renewed, visit)
        }
    }

    private func setMembership(
        _ isMember: Bool,
        _ visit: Visit,
        _ user: UserReference,
        _ principal: Principal
    ) async throws(MusterError) {
        guard let number = Int(digits: visit.text("group")) else {
            throw .invalid("group", "Choose a group.")
        }
        try await groups.setMembership(
            of: user,
            in: .id(GroupID(rawValue: Int64(number))),
            isMember: isMember,
            by: principal
        )
    }

    @Sendable private func rotate(_ visit: Visit) async throws -> Response {
        let id = try visit.userID()
        let principal = try visit.principal
        let user = try await users.look(at: .id(id), by: principal)
        let pair = try await APIKeyService(visit.directory).rotate(.user(.id(id)), by: principal)
        let back = "/admin/users/\(id.rawValue)"
        let page = visit.frame.newKeys(pair, of: user.username.text, back: back)
        return ConsoleResponse.page(page)
    }

    @Sendable private func delete(_ visit: Visit) async throws -> Response {
        let id = try visit.userID()
        let principal = try visit.principal
        let user = try await users.look(at: .id(id), by: principal)
        do throws(MusterError) {
            guard visit.text("typed").utf8.elementsEqual(user.username.text.utf8) else {
                throw .invalid("typed", visit.frame.texts.users.typedWrong)
            }
            try await users.delete(.id(id), by: principal) { nil }
        } catch {
            guard !error.isOfServer else { throw error }
            return try await view.show(visit, id, error)
        }
        return visit.done("/admin/users", .deleted)
    }

    /// Has the browser say with each request in whose name it asks; each is judged again.
    @Sendable private func act(_ visit: Visit) async throws -> Response {
        let principal = try visit.principal
        let user = try await users.look(at: .id(try visit.userID()), by: principal)
        guard let acting = ActingCookie(of: principal, front.directory.digester) else {
            throw MusterError(.impersonationRefused, "Forbidden")
        }
        let cookie = ConsoleCookie.impersonation.setting(
            acting.value(for: user.username.text),
            visit.call,
            front.parts.cookies
        )
        return ConsoleResponse.seeOther("/account").settingCookie(cookie)
    }

    @Sendable private func endActing(_ visit: Visit) async throws -> Response {
        ConsoleResponse.seeOther("/admin/users").settingCookie(
            ConsoleCookie.impersonation.clearing(visit.call, front.parts.cookies)
        )
    }
}
