import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// Logins, and confirmations of who one is, that a second factor finishes.
    public var logins: Logins { Logins(client: self) }

    /// What a password or a session has begun, under the handle that the refusal has (``MusterClientError/challenge``).
    ///
    /// A handle is good for five minutes and five answers.
    public struct Logins: Sendable {
        let client: MusterClient
    }
}

extension MusterClient.Logins {
    /// Finishes a login by a code: of an app, one that was sent, or a recovery code.
    ///
    /// - Returns: The session's token, which no call shows again.
    /// - Throws: ``MusterClientError``: with code `credentials.invalid` where the code is wrong, and `login.expired` where
    ///   there is nothing to be finished any more.
    public func finish(
        _ login: String,
        _ body: CodeBody
    ) async throws(MusterClientError) -> FinishedLoginRecord {
        let request = Request(.POST, RequestPath("/logins/{}", login)) { body.write(to: &$0) }
        return try await client.record(request) { object throws(FieldError) in
            try FinishedLoginRecord(object)
        }
    }

    /// Confirms by a code that the owner of a session is there, who may change its factors for five minutes then.
    ///
    /// - Throws: ``MusterClientError``, as ``finish(_:_:)``.
    public func confirm(_ login: String, _ body: CodeBody) async throws(MusterClientError) {
        try await client.send(
            Request(.POST, RequestPath("/logins/{}", login)) { body.write(to: &$0) }
        )
    }

    /// Has a code sent.
    ///
    /// - Parameters:
    ///   - login: The handle.
    ///   - body: By which of the ways that the user has set up.
    /// - Throws: ``MusterClientError``: with code `request.rate_limited` where one was sent a moment ago.
    public func sendCode(_ login: String, _ body: ChannelBody) async throws(MusterClientError) {
        let path = RequestPath("/logins/{}/send", login)
        try await client.send(Request(.POST, path) { body.write(to: &$0) })
    }
}

extension MusterClientError {
    /// How a login goes on, where the server wants a second factor; nil for every other failure.
    ///
    /// Its handle stands for the password that was right: it is to be kept as one.
    public var challenge: LoginChallengeRecord? {
        guard status == 401, case .object(let object)? = answer?.json else { return nil }
        return LoginChallengeRecord(in: object)
    }
}
