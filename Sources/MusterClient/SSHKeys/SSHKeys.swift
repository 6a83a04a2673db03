import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// SSH keys.
    public var sshKeys: SSHKeys { SSHKeys(client: self) }

    /// Users' public keys; everybody may look at its own, and administrators change them.
    public struct SSHKeys: Sendable {
        let client: MusterClient
    }
}

extension MusterClient.SSHKeys {
    /// Lists a user's keys, in the order in which they were added.
    ///
    /// - Throws: ``MusterClientError``.
    public func list(
        of user: MusterClient.Reference
    ) async throws(MusterClientError) -> [SSHKeyRecord] {
        let request = Request(.GET, RequestPath("/users/{}/ssh-keys", user.text))
        return try await client.record(request) { object throws(FieldError) in
            try RecordList(object, "keys") { key throws(FieldError) in try SSHKeyRecord(key) }
                .records
        }
    }

    /// Gives a user a key.
    ///
    /// - Parameters:
    ///   - line: The line of a `.pub` file.
    ///   - user: Whom.
    ///   - password: The caller's own, which a session that is older than five minutes needs to give itself a key.
    /// - Returns: The key, and whether the user did not have it before.
    /// - Throws: ``MusterClientError``: with code `ssh_key.invalid` for a line that is no key, or a weak one;
    ///   `factor.confirmation_required` where the password is needed.
    @discardableResult
    public func add(
        _ line: String,
        to user: MusterClient.Reference,
        password: String? = nil
    ) async throws(MusterClientError) -> (key: SSHKeyRecord, isNew: Bool) {
        let path = RequestPath("/users/{}/ssh-keys", user.text)
        let request = Request(.POST, path) {
            SSHKeyBody(key: line, password: password).write(to: &$0)
        }
        let answer = try await client.send(request)
        let key = try MusterClient.record(answer, request) { object throws(FieldError) in
            try SSHKeyRecord(object)
        }
        return (key, answer.status == 201)
    }

    /// Takes a key from a user.
    ///
    /// - Parameters:
    ///   - fingerprint: `SHA256:` and base64, as lists show it.
    ///   - user: From whom.
    /// - Throws: ``MusterClientError``: with code `ssh_key.not_found` if the user has no such key.
    public func remove(
        _ fingerprint: String,
        from user: MusterClient.Reference
    ) async throws(MusterClientError) {
        let path = RequestPath("/users/{}/ssh-keys/{}", user.text, fingerprint)
        try await client.send(Request(.DELETE, path))
    }
}
