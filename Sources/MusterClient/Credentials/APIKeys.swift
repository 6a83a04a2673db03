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
    /// - Returns: The pair, which no call shows again.
    /// - Throws: ``MusterClientError``.
    public func rotate(
        of user: MusterClient.Reference
    ) async throws(MusterClientError) -> APIKeyPairRecord {
        let request = Request(.PUT, RequestPath("/users/{}/keys", user.text))
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
