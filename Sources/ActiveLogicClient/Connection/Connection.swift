import ClientTransport

extension ActiveLogic {
    /// A session at a server, or a pair of API keys that needs none.
    ///
    /// Safe to share between tasks. Close it when it is no longer needed; after that everything opened from it
    /// fails with `PLDBIOError`.
    public final class Connection: Sendable {
        /// Whoever logged in, or whose the API keys are, as it was at that moment.
        public let user: User

        private let session: Session

        init(_ handshake: Handshake, over transport: Transport, _ options: Options) {
            user = handshake.user
            session = Session(handshake, over: transport, options)
        }

        /// What the server says it can do.
        public var capabilities: Set<Capability> { session.capabilities }

        /// Opens the users.
        ///
        /// - Parameters:
        ///   - cacheEnabled: Whether lists may come from memory. Each is kept until a change through the same
        ///     handle, ``Users/refresh()``, 30 s, or the news that something has changed; then the server is
        ///     asked whether the list is still true before it is sent again.
        ///   - strict: Whether the handle stands on what it has read first: when another session has changed
        ///     users since, lists and changes fail with `PLDBNewDataCommitted` until ``Users/refresh()``. Use
        ///     such a handle from one task at a time. It needs ``Capability/revision``.
        /// - Returns: A new handle.
        public func users(cacheEnabled: Bool = false, strict: Bool = false) -> Users {
            Users(session, cacheEnabled: cacheEnabled, strict: strict)
        }

        /// Ends the session, where logging in began one, and lets go of the connection.
        ///
        /// Requests in flight fail. A server that does not answer within 5 s is no failure: it ends the session
        /// itself when its time is up.
        public func close() async {
            await session.close()
        }
    }
}

extension ActiveLogic.Connection: CustomStringConvertible, CustomReflectable {
    /// The name of whoever logged in.
    public var description: String { "Connection(user: \(user.name))" }

    /// A mirror that stops at the user: behind it are requests on their way, which hold tokens and passwords.
    public var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
