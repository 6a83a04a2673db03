import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// API keys.
    public var apiKeys: APIKeys { APIKeys(client: self) }

    /// API keys: everybody may make and revoke its own, those of others are an administrator's.
    public struct APIKeys: Sendable {
        let client: MusterClient
    }
}

extension MusterClient.APIKeys {
    /// Gives a user a new pair; the former one is dead at once.
    ///
    /// Whoever came with the old keys goes on with a new ``MusterClient``.
    ///
    /// - Parameters:
    ///   - user: Who gets it.
    ///   - body: The caller's own password, where it makes keys of its own, has a second factor and has logged in more than
    ///     five minutes ago.
    /// - Returns: The pair, which no call shows again.
    /// - Throws: ``MusterClientError``: with code `factor.confirmation_required` where the password is needed.
    public func rotate(
        of user: MusterClient.Reference,
        _ body: PasswordBody = PasswordBody()
    ) async throws(MusterClientError) -> APIKeyPairRecord {
        let path = RequestPath("/users/{}/keys", user.text)
        let request =
            body.password == nil ? Request(.PUT, path) : Request(.PUT, path) { body.write(to: &$0) }
        return try await client.record(request) { object throws(FieldError) in
            try APIKeyPairRecord(object)
        }
    }

    /// Takes a user's pair away; done, too, if there is none.
    ///
    /// - Throws: ``MusterClientError``.
    public func revoke(of user: MusterClient.Reference) async throws(MusterClientError) {
        try await client.send(Request(.DELETE, RequestPath("/users/{}/keys", user.text)))
    }
}
