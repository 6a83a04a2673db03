import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// Authenticator apps, passkeys and recovery codes.
    public var factors: Factors { Factors(client: self) }

    /// Second factors: one's own, and for administrators those of others.
    ///
    /// Whoever changes its own has logged in within the last five minutes, or gives its password.
    public struct Factors: Sendable {
        let client: MusterClient
    }
}

extension MusterClient.Factors {
    /// Lists one's own factors, without secrets.
    ///
    /// - Throws: ``MusterClientError``.
    public func list() async throws(MusterClientError) -> FactorListRecord {
        try await list(RequestPath("/factors"))
    }

    /// Lists the factors of a user, without secrets.
    ///
    /// - Throws: ``MusterClientError``.
    public func list(
        of user: MusterClient.Reference
    ) async throws(MusterClientError) -> FactorListRecord {
        try await list(RequestPath("/users/{}/factors", user.text))
    }

    private func list(
        _ path: RequestPath
    ) async throws(MusterClientError) -> FactorListRecord {
        try await client.record(Request(.GET, path)) { object throws(FieldError) in
            try FactorListRecord(object)
        }
    }

    /// Begins to set up an authenticator app.
    ///
    /// - Returns: Its secret, which no call shows again.
    /// - Throws: ``MusterClientError``: with code `factor.confirmation_required` where the password is needed.
    public func addApp(
        _ body: FactorBody
    ) async throws(MusterClientError) -> NewTimeCodeRecord {
        let request = Request(.POST, RequestPath("/factors/totp")) { body.write(to: &$0) }
        return try await client.record(request) { object throws(FieldError) in
            try NewTimeCodeRecord(object)
        }
    }

    /// Confirms an authenticator app by its code.
    ///
    /// - Returns: The factor, and with the first one the recovery codes.
    /// - Throws: ``MusterClientError``.
    public func confirmApp(
        _ id: Int64,
        _ body: CodeBody
    ) async throws(MusterClientError) -> AddedFactorRecord {
        let path = RequestPath("/factors/totp/{}/confirm", String(id))
        return try await client.record(Request(.POST, path) { body.write(to: &$0) }) {
            object throws(FieldError) in try AddedFactorRecord(object)
        }
    }

    /// Removes one of one's own factors; with the last second factor of any kind the recovery codes go, too.
    ///
    /// - Throws: ``MusterClientError``: with code `factor.not_found` if there is none.
    public func remove(_ id: Int64, _ body: PasswordBody) async throws(MusterClientError) {
        let path = RequestPath("/factors/{}", String(id))
        try await client.send(Request(.DELETE, path) { body.write(to: &$0) })
    }

    /// Makes new recovery codes; the old ones are of no use any more.
    ///
    /// - Returns: The codes, which no call shows again.
    /// - Throws: ``MusterClientError``.
    public func renewRecoveryCodes(
        _ body: PasswordBody
    ) async throws(MusterClientError) -> RecoveryCodesRecord {
        let request = Request(.POST, RequestPath("/factors/recovery")) { body.write(to: &$0) }
        return try await client.record(request) { object throws(FieldError) in
            try RecoveryCodesRecord(object)
        }
    }

    /// Takes all factors from a user who has lost them; for administrators.
    ///
    /// - Throws: ``MusterClientError``.
    public func reset(of user: MusterClient.Reference) async throws(MusterClientError) {
        try await client.send(Request(.POST, RequestPath("/users/{}/factors/reset", user.text)))
    }
}
