import Hummingbird
import MusterConsole
import MusterCore

/// One's own record and password.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET, POST | /account | one's own record; name and address are changed |
/// | GET, POST | /account/password | the form; the password is changed |
struct OwnAccountRoutes {
    private let front: ConsoleFront
    private let users: UserService
    private let passwords: PasswordService

    init(_ front: ConsoleFront) {
        self.front = front
        users = UserService(front.directory)
        passwords = PasswordService(front.directory)
    }

    var routes: [Route] {
        [
            front.page("/account") { visit in try await show(visit, nil) },
            front.form("/account", edit),
            front.page("/account/password", needs: .session) { visit in
                try showPassword(visit, nil)
            },
            front.form("/account/password", needs: .session, changePassword),
        ]
    }

    private func show(_ visit: Visit, _ error: MusterError?) async throws -> Response {
        let account = try await users.ownAccount(by: try visit.principal)
        let user = account.user
        let page = ProfilePage(
            account,
            name: visit.state("name", else: user.name ?? "", error),
            email: visit.state("email", else: user.email ?? "", error),
            password: FieldState(error: error.flatMap(Visit.currentPasswordComplaint))
        )
        let frame = error.map(visit.frame(telling:)) ?? visit.frame
        return ConsoleResponse.page(page.html(frame), telling: error)
    }

    @Sendable private func edit(_ visit: Visit) async throws -> Response {
        do {
            try await save(visit)
        } catch {
            guard !error.isOfServer else { throw error }
            return try await show(visit, error)
        }
        return visit.done("/account", .saved)
    }

    private func save(_ visit: Visit) async throws(MusterError) {
        _ = try await users.edit(.oneself, by: try visit.principal) {
            UserEditRequest(visit, currentPassword: visit.secret("current_password"))
        } for: { visit, user throws(MusterError) in
            try visit.changes(of: user)
        }
    }

    private func showPassword(_ visit: Visit, _ error: MusterError?) throws -> Response {
        var page = PasswordPage(visit.directory.rules.passwords.kind)
        let principal = try visit.principal
        page.isTemporary = principal.mustChangePassword
        page.isBesideFactor = principal.user.authorizations.requiresSecondFactorEnrolment
        page.current = FieldState(error: error.flatMap(Visit.currentPasswordComplaint))
        page.new = FieldState(error: error?.code == .passwordPolicy ? error?.message : nil)
        let frame = error.map(visit.frame(telling:)) ?? visit.frame
        return ConsoleResponse.page(page.html(frame), telling: error)
    }

    @Sendable private func changePassword(_ visit: Visit) async throws -> Response {
        let renewed: IssuedSession?
        do {
            renewed = try await passwords.change(
                .oneself,
                by: try visit.principal,
                renewing: .console
            ) {
                PasswordChange(
                    new: Secret(visit.text("password")),
                    current: Secret(visit.text("current_password"))
                )
            }
        } catch {
            guard !error.isOfServer else { throw error }
            return try showPassword(visit, error)
        }
        return visit.done("/account/security", .passwordChanged).handing(renewed, visit)
    }
}

extension Visit {
    /// What the form of one's own profile has.
    fileprivate func changes(of user: User) throws(MusterError) -> UserChanges {
        var changes = UserChanges()
        changes.name = try ContactRules.name(text("name"))
        changes.email = try ContactRules.email(text("email"), of: user.username)
        return changes
    }

    /// What an error says of the caller's own password; nil if it does not speak of that.
    static func currentPasswordComplaint(_ error: MusterError) -> String? {
        error.asksForProof ? error.message : nil
    }
}
