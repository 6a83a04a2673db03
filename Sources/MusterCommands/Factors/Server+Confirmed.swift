import ArgumentParser
import MusterClient
import MusterCore

extension Server {
    /// Changes one's own factors, and asks for the password where the server wants to know that it is oneself.
    ///
    /// - Parameters:
    ///   - noun: What the answer should hold.
    ///   - password: Whether the password comes through standard input.
    ///   - missing: What to say where the call names nothing that is there; nil says what the server says.
    ///   - change: Makes the call, with the password where it is known.
    /// - Returns: What the call returns.
    /// - Throws: ``CommandError``.
    @discardableResult
    func askConfirmed<Result: Sendable>(
        _ noun: String = "record",
        _ password: PresentPassword,
        missing: String? = nil,
        _ change: (MusterClient, String?) async throws -> Result
    ) async throws(CommandError) -> Result {
        let given = try password.given()?.withExposedValue(\.self)
        let refusal: CommandError
        do throws(CommandError) {
            return try await ask(noun, missing: missing) { try await change($0, given) }
        } catch {
            guard given == nil, error.isCode(.confirmationRequired) else { throw error }
            refusal = error
        }
        let own = try await proof(refusal.challenge)
        return try await ask(noun, missing: missing) { try await change($0, own) }
    }

    /// Asks whoever sits there for the password, or confirms by a code that it is oneself, where that will do.
    ///
    /// - Returns: The password; nil if a code was taken.
    private func proof(
        _ challenge: LoginChallengeRecord?
    ) async throws(CommandError) -> String? {
        guard let challenge, let login = challenge.login, challenge.takesCodes else {
            return try SecretInput.existing(.presentPassword, fromStandardInput: false)
                .withExposedValue(\.self)
        }
        let password = try SecretInput.existing(.presentPasswordOrCode, fromStandardInput: false)
            .withExposedValue(\.self)
        guard password.utf8.isEmpty else { return password }
        // Nothing is sent until it is asked for: whoever has a session has shown no password yet.
        let dialog = CodeDialog(server: self, challenge: challenge, sendsByItself: false)
        try await dialog.run("Your code") { body throws(CommandError) in
            try await ask { try await $0.logins.confirm(login, body) }
        }
        return nil
    }
}

/// The option by which one's own password comes without a terminal.
struct PresentPassword: ParsableArguments, Sendable {
    @Flag(help: "Read your password from the first line of standard input.")
    var passwordStdin = false

    /// The password that comes through standard input; nil if none does.
    ///
    /// - Throws: ``CommandError``.
    func given() throws(CommandError) -> MusterCore.Secret<String>? {
        guard passwordStdin else { return nil }
        return try SecretInput.existing(.presentPassword, fromStandardInput: true)
    }
}
