import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// Second factors.
    public var secondFactor: SecondFactor { SecondFactor(client: self) }

    /// Codes beside the password; for oneself the password is needed.
    public struct SecondFactor: Sendable {
        let client: MusterClient
    }
}

extension MusterClient.SecondFactor {
    /// Switches codes on and off; what is not said stays.
    ///
    /// - Throws: ``MusterClientError``: with code `input.invalid` and the field of a way by which no code can arrive.
    public func change(
        of user: MusterClient.Reference,
        _ body: SecondFactorBody
    ) async throws(MusterClientError) {
        let path = RequestPath("/users/{}/two-factor", user.text)
        try await client.send(Request(.PATCH, path) { body.write(to: &$0) })
    }

    /// Sends a code to a phone, to prove that it is the user's.
    ///
    /// - Throws: ``MusterClientError``.
    public func sendCode(
        to user: MusterClient.Reference,
        _ body: SendVerificationBody
    ) async throws(MusterClientError) {
        let path = RequestPath("/users/{}/two-factor/send-verification", user.text)
        try await client.send(Request(.POST, path) { body.write(to: &$0) })
    }

    /// Gives back the code that came to the phone, which switches codes by SMS on.
    ///
    /// - Throws: ``MusterClientError``: with code `code.invalid` for a wrong one.
    public func verify(
        of user: MusterClient.Reference,
        _ body: VerifyCodeBody
    ) async throws(MusterClientError) {
        let path = RequestPath("/users/{}/two-factor/verify-code", user.text)
        try await client.send(Request(.POST, path) { body.write(to: &$0) })
    }
}
