import HTTPTypes
import Hummingbird
import MusterAPI
import MusterConsole
import MusterCore
import TextBytes

extension SignInRoutes {
    @Sendable func finish(_ visit: Visit) async throws -> Response {
        guard let begun = begun(visit) else { return visit.done("/sign-in", .expired) }
        let code = Secret(visit.text("code"))
        do {
            return try await finish(begun.handle, with: .code(code), visit)
        } catch {
            switch error.code {
            case .loginExpired: return visit.done("/sign-in", .expired).telling(error)
            case .credentialsInvalid:
                var page = factorPage(begun.kinds, visit)
                page.isRefused = true
                return ConsoleResponse.page(page.html(visit.frame), telling: error)
            default: throw error
            }
        }
    }

    func finish(
        _ handle: Secret<String>,
        with answer: FactorAnswer,
        _ visit: Visit
    ) async throws(MusterError) -> Response {
        let call = visit.call
        switch try await logins.finish(handle, with: answer, from: call.origin, by: call.program) {
        case .begun(let issued): return begin(issued, visit)
        case .confirmed: return visit.done(NextPath.read(visit.text("next")), .confirmed)
        }
    }

    @Sendable func send(_ visit: Visit) async throws -> Response {
        guard let begun = begun(visit),
            let channel = CodeMessage.Channel(rawValue: visit.text("channel").head(10))
        else { return visit.done("/sign-in", .expired) }
        do {
            try await logins.sendCode(for: begun.handle, by: channel, from: visit.call.origin)
        } catch {
            guard error.code == .loginExpired else { throw error }
            return visit.done("/sign-in", .expired).telling(error)
        }
        guard visit.kept == nil else {
            var frame = visit.frame
            frame.notice = DoneWord.codeSent.notice(frame.texts)
            return ConsoleResponse.page(factorPage(begun.kinds, visit).html(frame))
        }
        return visit.done("/sign-in/factor\(NextPath.query(visit.text("next")))", .codeSent)
    }

    @Sendable func options(_ visit: Visit) async throws -> Response {
        ConsoleResponse.json(try logins.beginWithPasskey(), verification: "required")
    }

    @Sendable func factorOptions(_ visit: Visit) async throws -> Response {
        guard let begun = begun(visit) else { throw SignInRoutes.expired }
        let request = try await logins.passkeyRequest(for: begun.handle, from: visit.call.origin)
        return ConsoleResponse.json(request, verification: "preferred")
    }

    /// Takes what a passkey has signed: alone, with the handle that came with its options, or after a password.
    @Sendable func finishWithPasskey(_ visit: Visit) async throws -> Response {
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
                from: visit.call.origin,
                by: visit.call.program
            )
        else { return ConsoleResponse.json(Array("{}".utf8)) }
        return withSession(issued, ConsoleResponse.json(Array("{}".utf8)), visit)
    }
}
