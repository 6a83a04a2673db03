import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// Sessions.
    public var sessions: Sessions { Sessions(client: self) }

    /// Who is logged in; everybody may see and end its own sessions.
    public struct Sessions: Sendable {
        let client: MusterClient
    }

    /// Some of the sessions.
    public struct SessionPage: Sendable {
        /// The sessions, those begun last first.
        public let sessions: [SessionRecord]
        /// How many there are, on this page or not.
        public let total: Int64
    }
}

extension MusterClient.Sessions {
    /// Begins a session; the caller's own credentials are not asked for.
    ///
    /// - Returns: The session with its token, which no call shows again.
    /// - Throws: ``MusterClientError``: with code `credentials.invalid` where the login is refused, and `code.required`
    ///   where a code was sent.
    public func begin(_ body: LoginBody) async throws(MusterClientError) -> IssuedSessionRecord {
        let request = Request(.POST, RequestPath("/sessions")) { body.write(to: &$0) }
        return try await client.record(request) { object throws(FieldError) in
            try IssuedSessionRecord(object)
        }
    }

    /// Lists sessions: all of them for administrators, otherwise one's own.
    ///
    /// - Parameters:
    ///   - user: Only this user's; nil for all.
    ///   - limit: How many at most, 1 to 10000.
    /// - Returns: The sessions, and how many there are.
    /// - Throws: ``MusterClientError``.
    public func list(
        of user: MusterClient.Reference? = nil,
        limit: Int? = nil
    ) async throws(MusterClientError) -> MusterClient.SessionPage {
        let path = RequestPath("/sessions")
            .with([("user", user?.text), ("limit", limit.map { String($0) })])
        return try await client.record(Request(.GET, path)) { object throws(FieldError) in
            let list = try RecordList(object, "sessions") { session throws(FieldError) in
                try SessionRecord(session)
            }
            return MusterClient.SessionPage(sessions: list.records, total: try list.total())
        }
    }

    /// Ends a session.
    ///
    /// - Parameter id: The session's id, as lists show it.
    /// - Throws: ``MusterClientError``: with code `session.not_found` if there is none.
    public func end(_ id: String) async throws(MusterClientError) {
        try await client.send(Request(.DELETE, RequestPath("/sessions/{}", id)))
    }

    /// Ends all sessions of a user.
    ///
    /// - Throws: ``MusterClientError``.
    public func endAll(of user: MusterClient.Reference) async throws(MusterClientError) {
        try await client.send(Request(.DELETE, RequestPath("/users/{}/sessions", user.text)))
    }

    /// Ends the session in use; with API keys there is none, and nothing happens.
    ///
    /// - Throws: ``MusterClientError``.
    public func logOut() async throws(MusterClientError) {
        try await client.send(Request(.DELETE, RequestPath("/sessions/current")))
    }
}
