import MusterClient
import MusterCore

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
        do throws(CommandError) {
            return try await begin(code)
        } catch {
            guard code == nil, error.isCode(.codeRequired) else { throw told(error) }
        }
        guard canAsk else {
            throw CommandError(
                .denied,
                "A code is needed: of your authenticator app, one that was sent to you, or a recovery code. "
                    + "Give it as the second line of standard input."
            )
        }
        CommandFailure.tell(
            "a code is needed: of your authenticator app, one that was sent to you, or a recovery code"
        )
        let typed = try SecretInput.existing(.code, fromStandardInput: false)
        do throws(CommandError) {
            return try await begin(typed)
        } catch {
            throw told(error)
        }
    }

    private func begin(_ code: MusterCore.Secret<String>?) async throws(CommandError) -> Credentials
    {
        let body = LoginBody(
            username: username,
            password: password.withExposedValue(\.self),
            code: code?.withExposedValue(\.self)
        )
        let issued = try await server.ask("token") { try await $0.sessions.begin(body) }
        return .session(token: Secret(issued.token))
    }

    /// A refusal in the words of the command line: all of them are one, so that nobody learns which.
    private func told(_ error: CommandError) -> CommandError {
        guard error.isCode(.credentialsInvalid) || error.isCode(.codeRequired) else { return error }
        return CommandError(
            .denied,
            "\(server.address) refuses: the name, the password or the code is wrong, or the user is "
                + "locked, disabled, or may not come from here."
        )
    }
}
