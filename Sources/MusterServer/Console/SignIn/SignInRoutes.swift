import HTTPTypes
import Hummingbird
import MusterAPI
import MusterConsole
import MusterCore

/// Where people come in and go out.
///
/// | method | path | answers |
/// |---|---|---|
/// | GET, POST | /sign-in | the form; a session, or the way to the second step |
/// | GET, POST | /sign-in/factor | the form of the second step; a session |
/// | POST | /sign-in/send | a code is sent |
/// | POST | /sign-in/passkey/options, /sign-in/passkey | for the script: a passkey alone |
/// | POST | /sign-in/factor/options, /sign-in/factor/passkey | for the script: a passkey as the second step |
/// | POST | /sign-in/resume | a form that was sent when its session had ended, to be sent again |
/// | POST | /sign-out | the session has ended |
struct SignInRoutes {
    private let front: ConsoleFront
    private let sessions: SessionService
    let logins: LoginService
    let cookies: SessionCookie

    init(_ front: ConsoleFront) {
        self.front = front
        sessions = SessionService(front.directory, opening: .console)
        logins = LoginService(front.directory, opening: .console)
        cookies = front.parts.cookies
    }

    var routes: [Route] {
        [
            front.page("/sign-in", needs: .nothing, show),
            front.form("/sign-in", needs: .nothing, signIn),
            front.page("/sign-in/factor", needs: .nothing, showFactor),
            front.form("/sign-in/factor", needs: .nothing, finish),
            front.form("/sign-in/send", needs: .nothing, send),
            front.form("/sign-in/resume", needs: .nothing, resume),
            front.script("/sign-in/passkey/options", needs: .nothing, options),
            front.script("/sign-in/passkey", needs: .nothing, finishWithPasskey),
            front.script("/sign-in/factor/options", needs: .nothing, factorOptions),
            front.script("/sign-in/factor/passkey", needs: .nothing, finishWithPasskey),
            front.form("/sign-out", needs: .session, signOut).givingUp,
        ]
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        if visit.call.authenticated != nil {
            return ConsoleResponse.seeOther(NextPath.read(visit.text("next")))
        }
        return ConsoleResponse.page(page(visit).html(visit.frame))
    }

    func page(_ visit: Visit) -> SignInPage {
        var page = SignInPage()
        page.username = visit.state("username")
        page.next = visit.text("next")
        page.takesPasskeys = visit.offersPasskeys
        page.kept = visit.kept?.carried ?? []
        return page
    }

    @Sendable private func signIn(_ visit: Visit) async throws -> Response {
        let request = LoginRequest(
            username: visit.text("username"),
            password: Secret(visit.text("password")),
            program: visit.call.program
        )
        do {
            let issued = try await sessions.logIn(request, from: visit.call.origin)
            return begin(issued, visit)
        } catch {
            switch error.code {
            case .codeRequired:
                guard let challenge = error.challenge, let handle = challenge.handle else {
                    throw error
                }
                return secondStep(handle, challenge.factors, visit).telling(error)
            case .credentialsInvalid:
                var page = page(visit)
                page.isRefused = true
                return ConsoleResponse.page(page.html(visit.frame), telling: error)
            default: throw error
            }
        }
    }

    /// Goes on to the form for a factor, whose handle lies in a cookie: it is a secret, and has no place in a path.
    private func secondStep(
        _ handle: Secret<String>,
        _ kinds: [FactorKind],
        _ visit: Visit
    ) -> Response {
        let words = kinds.map(\.rawValue).joined(separator: "-")
        let value = handle.withExposedValue { "\($0).\(words)" }
        let cookie = ConsoleCookie.login.setting(value, lasting: 300, visit.call, cookies)
        guard visit.kept == nil else {
            let page = factorPage(kinds.map(\.rawValue), visit).html(visit.frame)
            return ConsoleResponse.page(page).settingCookie(cookie)
        }
        let next = NextPath.query(visit.text("next"))
        return ConsoleResponse.seeOther("/sign-in/factor\(next)").settingCookie(cookie)
    }

    func factorPage(_ kinds: [String], _ visit: Visit) -> FactorPage {
        var page = FactorPage(kinds: kinds, next: visit.text("next"))
        page.kept = visit.kept?.carried ?? []
        return page
    }

    /// The login that a browser has begun; nil if there is none.
    func begun(_ visit: Visit) -> (handle: Secret<String>, kinds: [String])? {
        guard let value = ConsoleCookie.login.value(in: visit.call.request.headers) else {
            return nil
        }
        let parts = value.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1)
        guard let handle = parts.first.flatMap({ String($0) }), parts.count == 2 else { return nil }
        let words = parts[1].split(separator: UInt8(ascii: "-")).prefix(FactorKind.allCases.count)
        let kinds = words.compactMap { word in
            FactorKind.allCases.first { $0.rawValue.utf8.elementsEqual(word) }?.rawValue
        }
        return (Secret(handle), kinds)
    }

    @Sendable private func showFactor(_ visit: Visit) async throws -> Response {
        guard let begun = begun(visit) else { return ConsoleResponse.seeOther("/sign-in") }
        return ConsoleResponse.page(factorPage(begun.kinds, visit).html(visit.frame))
    }

    @Sendable private func signOut(_ visit: Visit) async throws -> Response {
        try await sessions.logOut(try visit.principal)
        return visit.done("/sign-in", .signedOut)
            .settingCookie(ConsoleCookie.session.clearing(visit.call, cookies))
            .settingCookie(ConsoleCookie.impersonation.clearing(visit.call, cookies))
    }

    static var expired: MusterError {
        MusterError(.loginExpired, "This sign-in is over, or never began. Begin it again.")
    }
}
