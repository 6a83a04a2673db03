import HTTPTypes
import Hummingbird
import MusterAPI
import MusterConsole
import MusterCore
import TextBytes
import WireJSON

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
    private let logins: LoginService
    private let cookies: SessionCookie

    init(_ front: ConsoleFront) {
        self.front = front
        sessions = SessionService(front.directory)
        logins = LoginService(front.directory)
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
            front.form("/sign-out", needs: .session, signOut),
        ]
    }

    @Sendable private func show(_ visit: Visit) async throws -> Response {
        if visit.call.authenticated != nil {
            return ConsoleResponse.seeOther(NextPath.read(visit.text("next")))
        }
        return ConsoleResponse.page(page(visit).html(visit.frame))
    }

    private func page(_ visit: Visit) -> SignInPage {
        var page = SignInPage()
        page.username = visit.state("username")
        page.next = visit.text("next")
        page.takesPasskeys = visit.offersPasskeys
        page.kept = KeptForm(carriedBy: visit.items)?.carried ?? []
        return page
    }

    @Sendable private func signIn(_ visit: Visit) async throws -> Response {
        let request = LoginRequest(
            username: visit.text("username"),
            password: Secret(visit.text("password"))
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
                return secondStep(handle, challenge.factors, visit)
            case .credentialsInvalid:
                var page = page(visit)
                page.isRefused = true
                return ConsoleResponse.page(page.html(visit.frame), .unprocessableContent)
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
        guard KeptForm(carriedBy: visit.items) == nil else {
            let page = factorPage(kinds.map(\.rawValue), visit).html(visit.frame)
            return ConsoleResponse.page(page).settingCookie(cookie)
        }
        let next = NextPath.query(visit.text("next"))
        return ConsoleResponse.seeOther("/sign-in/factor\(next)").settingCookie(cookie)
    }

    private func factorPage(_ kinds: [String], _ visit: Visit) -> FactorPage {
        var page = FactorPage(kinds: kinds, next: visit.text("next"))
        page.kept = KeptForm(carriedBy: visit.items)?.carried ?? []
        return page
    }

    /// The login that a browser has begun; nil if there is none.
    private func begun(_ visit: Visit) -> (handle: Secret<String>, kinds: [String])? {
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

    @Sendable private func finish(_ visit: Visit) async throws -> Response {
        guard let begun = begun(visit) else { return visit.done("/sign-in", .expired) }
        let code = Secret(visit.text("code"))
        do {
            return try await finish(begun.handle, with: .code(code), visit)
        } catch {
            switch error.code {
            case .loginExpired: return visit.done("/sign-in", .expired)
            case .credentialsInvalid:
                var page = factorPage(begun.kinds, visit)
                page.isRefused = true
                return ConsoleResponse.page(page.html(visit.frame), .unprocessableContent)
            default: throw error
            }
        }
    }

    private func finish(
        _ handle: Secret<String>,
        with answer: FactorAnswer,
        _ visit: Visit
    ) async throws(MusterError) -> Response {
        switch try await logins.finish(handle, with: answer, from: visit.call.origin) {
        case .begun(let issued): return begin(issued, visit)
        case .confirmed: return visit.done(NextPath.read(visit.text("next")), .confirmed)
        }
    }

    @Sendable private func send(_ visit: Visit) async throws -> Response {
        guard let begun = begun(visit),
            let channel = CodeMessage.Channel(rawValue: visit.text("channel").head(10))
        else { return visit.done("/sign-in", .expired) }
        do {
            try await logins.sendCode(for: begun.handle, by: channel, from: visit.call.origin)
        } catch {
            guard error.code == .loginExpired else { throw error }
            return visit.done("/sign-in", .expired)
        }
        guard KeptForm(carriedBy: visit.items) == nil else {
            var frame = visit.frame
            frame.notice = DoneWord.codeSent.notice(frame.texts)
            return ConsoleResponse.page(factorPage(begun.kinds, visit).html(frame))
        }
        return visit.done("/sign-in/factor\(NextPath.query(visit.text("next")))", .codeSent)
    }

    /// Hands a browser its session, and sends it on.
    private func begin(_ issued: IssuedSession, _ visit: Visit) -> Response {
        if let kept = KeptForm(carriedBy: visit.items) {
            let token = FormToken(visit.directory).text(forNew: issued)
            return withSession(issued, answer(kept, visit, token), visit)
        }
        let path = NextPath.read(visit.text("next"))
        let answer =
            issued.recoveryCodesLeft == nil
            ? ConsoleResponse.seeOther(path) : visit.done("/account/security", .fewCodes)
        return withSession(issued, answer, visit)
    }

    /// Shows a form that was kept, to be sent again.
    private func answer(_ kept: KeptForm, _ visit: Visit, _ token: String) -> Response {
        let frame = Frame(
            texts: visit.frame.texts,
            styles: visit.frame.styles,
            script: visit.frame.script,
            viewer: nil,
            formToken: token,
            once: Hex.text(visit.directory.random.bytes(12)),
            now: visit.frame.now
        )
        let page = ResumePage.html(
            frame,
            path: kept.path,
            values: kept.values,
            passwords: kept.passwords
        )
        return ConsoleResponse.page(page)
    }

    /// What a passkey, by which somebody has signed in again, goes on with.
    @Sendable private func resume(_ visit: Visit) async throws -> Response {
        guard visit.call.authenticated != nil, let kept = KeptForm(carriedBy: visit.items) else {
            return visit.done("/sign-in", .expired)
        }
        return answer(kept, visit, visit.frame.formToken)
    }

    private func withSession(
        _ issued: IssuedSession,
        _ answer: Response,
        _ visit: Visit
    ) -> Response {
        let cookie = issued.token.withExposedValue { token in
            ConsoleCookie.session.setting(token, visit.call, cookies)
        }
        return answer.settingCookie(cookie)
            .settingCookie(ConsoleCookie.login.clearing(visit.call, cookies))
            .settingCookie(ConsoleCookie.impersonation.clearing(visit.call, cookies))
    }

    @Sendable private func signOut(_ visit: Visit) async throws -> Response {
        try await sessions.logOut(try visit.principal)
        return visit.done("/sign-in", .signedOut)
            .settingCookie(ConsoleCookie.session.clearing(visit.call, cookies))
            .settingCookie(ConsoleCookie.impersonation.clearing(visit.call, cookies))
    }

    @Sendable private func options(_ visit: Visit) async throws -> Response {
        answer(try logins.beginWithPasskey(), verification: "required")
    }

    @Sendable private func factorOptions(_ visit: Visit) async throws -> Response {
        guard let begun = begun(visit) else { throw SignInRoutes.expired }
        let request = try await logins.passkeyRequest(for: begun.handle, from: visit.call.origin)
        return answer(request, verification: "preferred")
    }

    private func answer(_ request: PasskeyRequest, verification: String) -> Response {
        let record = RequestOptionsRecord(request, verification: verification)
        return ConsoleResponse.json(Answer.json { record.write(to: &$0) }.body ?? [])
    }

    private static var expired: MusterError {
        MusterError(.loginExpired, "This sign-in is over, or never began. Begin it again.")
    }

    /// Takes what a passkey has signed: alone, with the handle that came with its options, or behind a password.
    @Sendable private func finishWithPasskey(_ visit: Visit) async throws -> Response {
        let body = try visit.call.readObject(LoginAnswerBody.init)
        let given = visit.call.request.headers[.xMusterLogin].map { Secret($0) }
        guard let handle = given ?? begun(visit)?.handle, case .credential(let record) = body else {
            throw SignInRoutes.expired
        }
        let answer = FactorAnswer.passkey(PasskeyAssertion(record))
        guard
            case .begun(let issued) = try await logins.finish(
                handle,
                with: answer,
                from: visit.call.origin
            )
        else { return ConsoleResponse.json(Array("{}".utf8)) }
        return withSession(issued, ConsoleResponse.json(Array("{}".utf8)), visit)
    }
}
