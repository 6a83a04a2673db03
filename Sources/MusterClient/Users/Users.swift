import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// Users.
    public var users: Users { Users(client: self) }

    /// Users, whole or field by field, with passwords and failed logins.
    ///
    /// Looking needs the Read of Users, changing its Write, or the role Administrator; everybody may look at itself.
    public struct Users: Sendable {
        let client: MusterClient
    }
}

extension MusterClient.Users {
    /// Reads who asks, with all that belongs to it.
    ///
    /// Everybody may, also with a temporary password, of which the record tells.
    ///
    /// - Throws: ``MusterClientError``.
    public func oneself() async throws(MusterClientError) -> OwnAccountRecord {
        let request = Request(.GET, RequestPath("/account"))
        return try await client.record(request) { object throws(FieldError) in
            try OwnAccountRecord(object)
        }
    }

    /// Reads a user with all that belongs to it.
    ///
    /// - Throws: ``MusterClientError``: with code `user.not_found` if there is none.
    public func get(
        _ user: MusterClient.Reference
    ) async throws(MusterClientError) -> AccountRecord {
        try await revised(user).record
    }

    /// Reads a user with all that belongs to it, and the revision to bind a change to.
    ///
    /// - Throws: ``MusterClientError``: with code `user.not_found` if there is none.
    public func revised(
        _ user: MusterClient.Reference
    ) async throws(MusterClientError) -> MusterClient.Revised<AccountRecord> {
        let request = Request(.GET, RequestPath("/users/{}", user.text))
        return try await client.revised(request) { object throws(FieldError) in
            try AccountRecord(object)
        }
    }

    /// Creates a user, in one change.
    ///
    /// - Parameter body: The fields; `username` has to be there. Without a password the user comes in by keys alone.
    /// - Returns: The user.
    /// - Throws: ``MusterClientError``: with code `user.already_exists` where the name is taken.
    @discardableResult
    public func create(_ body: UserBody) async throws(MusterClientError) -> UserRecord {
        try await record(Request(.POST, RequestPath("/users")) { body.write(to: &$0) })
    }

    /// Changes the fields that are said, all of them or none.
    ///
    /// - Parameters:
    ///   - user: Whom.
    ///   - body: The fields.
    ///   - revision: The change is made only if no user was changed since; nil makes it in any case.
    /// - Returns: The user as it is then.
    /// - Throws: ``MusterClientError``: with code `revision.changed` where a user was changed since.
    @discardableResult
    public func change(
        _ user: MusterClient.Reference,
        _ body: UserBody,
        at revision: MusterClient.Revision? = nil
    ) async throws(MusterClientError) -> UserRecord {
        let path = RequestPath("/users/{}", user.text)
        return try await record(Request(.PATCH, path, at: revision) { body.write(to: &$0) })
    }

    /// Removes a user for good, with its keys, sessions and memberships.
    ///
    /// - Throws: ``MusterClientError``.
    public func remove(
        _ user: MusterClient.Reference,
        at revision: MusterClient.Revision? = nil
    ) async throws(MusterClientError) {
        try await client.send(Request(.DELETE, RequestPath("/users/{}", user.text), at: revision))
    }

    /// Forgets a user's failed logins, and with them the lock of the password.
    ///
    /// - Returns: The user as it is then.
    /// - Throws: ``MusterClientError``: with code `access.own_account` for oneself.
    @discardableResult
    public func unlock(
        _ user: MusterClient.Reference
    ) async throws(MusterClientError) -> UserRecord {
        try await record(Request(.POST, RequestPath("/users/{}/unlock", user.text)))
    }

    /// Sets a user's password, or changes one's own; all other sessions of the user end.
    ///
    /// - Parameters:
    ///   - user: Whose.
    ///   - body: The new password, and for one's own the present one.
    /// - Throws: ``MusterClientError``: with code `password.policy` for a password that breaks the rules, and
    ///   `password.current_invalid` where the present one is wrong or missing.
    public func setPassword(
        of user: MusterClient.Reference,
        _ body: NewPasswordBody
    ) async throws(MusterClientError) {
        let path = RequestPath("/users/{}/password", user.text)
        try await client.send(Request(.PUT, path) { body.write(to: &$0) })
    }

    private func record(_ request: Request) async throws(MusterClientError) -> UserRecord {
        try await client.record(request) { object throws(FieldError) in try UserRecord(object) }
    }
}
