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
    ///   - way: A way by which a code is to be sent; nil leaves that to the server.
    ///   - canAsk: Whether somebody can be asked for a code.
    /// - Returns: The session's token and, where a recovery code was used, how many are left.
    /// - Throws: ``CommandError`` where the server refuses.
    func begin(
        code: MusterCore.Secret<String>?,
        sending way: CodeWay?,
        canAsk: Bool
    ) async throws(CommandError) -> FinishedLoginRecord {
        let refusal: CommandError
        do throws(CommandError) {
            return try await begin(code)
        } catch {
            guard code == nil, error.isCode(.codeRequired) else { throw told(error) }
            refusal = error
        }
        // A server that says nothing of it takes any code, in the same request again.
        let challenge =
            refusal.challenge
            ?? LoginChallengeRecord(factors: ["totp", "sms", "email", "recovery"])
        let dialog = CodeDialog(server: server, challenge: challenge)
        guard canAsk else { throw try await withoutTerminal(dialog, way) }
        return try await dialog.run("A code is needed", sending: way) {
            body throws(CommandError) in
            guard let login = challenge.login else { return try await begin(Secret(body.code)) }
            return try await server.ask("token") { try await $0.logins.finish(login, body) }
        }
    }

    /// What is said where nobody can be asked; a code that is wanted is sent before.
    private func withoutTerminal(
        _ dialog: CodeDialog,
        _ way: CodeWay?
    ) async throws(CommandError) -> CommandError {
        guard dialog.challenge.takesCodes else { return CodeDialog.passkeyOnly }
        if let way { try await dialog.send(way, mayWait: false) }
        return CommandError(
            .denied,
            "A code is needed: \(dialog.challenge.words()). Give it as the second line of standard input."
        )
    }

    private func begin(
        _ code: MusterCore.Secret<String>?
    ) async throws(CommandError) -> FinishedLoginRecord {
        let body = LoginBody(
            username: username,
            password: password.withExposedValue(\.self),
            code: code?.withExposedValue(\.self)
        )
        let issued = try await server.ask("token") { try await $0.sessions.begin(body) }
        return FinishedLoginRecord(
            token: issued.token,
            recoveryCodesLeft: issued.recoveryCodesLeft
        )
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
