import ClientTransport
import MusterCore
import WireJSON

/// A login by password, and by a code where the server wants one.
struct SessionLogin {
    let server: Server
    let username: String
    let password: MusterCore.Secret<String>

    /// Begins a session.
    ///
    /// - Parameters:
    ///   - code: A code that is known already.
    ///   - canAsk: Whether somebody can be asked for a code.
    /// - Returns: The session's token.
    /// - Throws: ``CommandError`` where the server refuses.
    func credentials(
        code: MusterCore.Secret<String>?,
        canAsk: Bool
    ) async throws(CommandError) -> Credentials {
        var answer = try await send(code)
        if code == nil, needsCode(answer) {
            guard canAsk else {
                throw CommandError(
                    .denied,
                    "A code was sent to you. Give it as the second line of standard input."
                )
            }
            CommandFailure.tell("a code was sent to you")
            answer = try await send(try SecretInput.existing(.code, fromStandardInput: false))
        }
        guard answer.status == 200 else {
            guard answer.status == 401 else { throw await server.failure(answer) }
            throw CommandError(
                .denied,
                "\(server.address) refuses: the name, the password or the code is wrong, or the user is "
                    + "locked, disabled, or may not come from here."
            )
        }
        guard case .object(let object)? = answer.json, let token = object.text("token") else {
            throw await server.failure(answer)
        }
        return .session(token: Secret(token))
    }

    private func send(_ code: MusterCore.Secret<String>?) async throws(CommandError) -> Answer {
        try await server.answer(.post, ServerPath("/activelogic/v1/sessions")) { json in
            json.member("username", username)
            password.withExposedValue { json.member("password", $0) }
            code?.withExposedValue { json.member("verification_code", $0) }
        }
    }

    /// Logins have one status for all refusals; the code says where a second factor would help.
    private func needsCode(_ answer: Answer) -> Bool {
        answer.status == 401 && ToldError(answer)?.isCode(.codeRequired) == true
    }
}
