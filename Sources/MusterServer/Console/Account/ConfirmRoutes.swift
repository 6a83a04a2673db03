import HTTPTypes
import Hummingbird
import MusterAPI
import MusterConsole
import MusterCore

/// A passkey in place of the password, wherever a page asks its reader to prove who it is; for the script.
///
/// | method | path | answers |
/// |---|---|---|
/// | POST | /account/confirm/options | what a passkey has to sign, and under which name it is finished |
/// | POST | /account/confirm/passkey | the session counts as confirmed |
struct ConfirmRoutes {
    private let front: ConsoleFront
    private let confirmations: ConfirmationService
    private let logins: LoginService

    init(_ front: ConsoleFront) {
        self.front = front
        confirmations = ConfirmationService(front.directory)
        logins = LoginService(front.directory, opening: .console)
    }

    var routes: [Route] {
        [
            front.script("/account/confirm/options", needs: .password, options),
            front.script("/account/confirm/passkey", needs: .password, confirm),
        ]
    }

    @Sendable private func options(_ visit: Visit) async throws -> Response {
        let request = try await confirmations.passkeyRequest(by: try visit.principal)
        // As after a password: what is asked is whether it is the session's owner who holds the key.
        return ConsoleResponse.json(request, verification: "preferred")
    }

    @Sendable private func confirm(_ visit: Visit) async throws -> Response {
        let body = try visit.call.readObject(LoginAnswerBody.init)
        guard let text = visit.call.request.headers[.xMusterLogin],
            case .credential(let record) = body
        else { throw SignInRoutes.expired }
        let handle = Secret(text)
        try await confirmations.requireBegun(handle, by: try visit.principal)
        _ = try await logins.finish(
            handle,
            with: .passkey(PasskeyAssertion(record)),
            from: visit.call.origin
        )
        return ConsoleResponse.json(Array("{}".utf8))
    }
}

extension ConsoleResponse {
    /// What a browser needs to have a passkey sign.
    static func json(_ request: PasskeyRequest, verification: String) -> Response {
        let record = RequestOptionsRecord(request, verification: verification)
        return json(Answer.json { record.write(to: &$0) }.body ?? [])
    }
}
