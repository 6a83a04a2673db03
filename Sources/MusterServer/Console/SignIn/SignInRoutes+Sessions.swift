import HTTPTypes
import Hummingbird
import MusterAPI
import MusterConsole
import MusterCore

extension SignInRoutes {
    /// Hands a browser its session, and sends it on.
    func begin(_ issued: IssuedSession, _ visit: Visit) -> Response {
        if let kept = visit.kept {
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
    func answer(_ kept: KeptForm, _ visit: Visit, _ token: String) -> Response {
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
    @Sendable func resume(_ visit: Visit) async throws -> Response {
        guard visit.call.authenticated != nil, let kept = visit.kept else {
            return visit.done("/sign-in", .expired)
        }
        return answer(kept, visit, visit.frame.formToken)
    }

    func withSession(
        _ issued: IssuedSession,
        _ answer: Response,
        _ visit: Visit
    ) -> Response {
        answer.handing(issued, visit)
            .settingCookie(ConsoleCookie.login.clearing(visit.call, cookies))
            .settingCookie(ConsoleCookie.impersonation.clearing(visit.call, cookies))
    }
}
