package import ClientTransport
package import NIOHTTP1

/// The way in: talks to a Muster server by its native API, in the records of that API.
///
/// ```swift
/// let muster = try MusterClient(
///     accessKey: accessKey,
///     secretKey: secretKey,
///     url: "https://directory.example.com"
/// )
/// for try await user in muster.users.list() {
///     print(user.id, user.username, user.isEnabled)
/// }
/// await muster.close()
/// ```
///
/// A value: copies share one set of connections and may be used from any number of tasks at once.
public struct MusterClient: Sendable {
    let connection: Connection

    init(_ connection: Connection) {
        self.connection = connection
    }

    /// Uses a pair of API keys; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - accessKey: The access key.
    ///   - secretKey: The secret key.
    ///   - url: `https://host`, with a port where there is one. `http://` is for this machine only, unless
    ///     ``Options/allowsPlaintext`` is set.
    ///   - options: Certificates, times, log.
    /// - Throws: ``MusterClientError`` of kind ``MusterClientError/Kind/unusableOption`` where the address, a key or
    ///   an option cannot be used.
    public init(
        accessKey: String,
        secretKey: String,
        url: String,
        options: Options = Options()
    ) throws(MusterClientError) {
        let credentials = try Credentials.keys(accessKey, secretKey)
        self.init(Connection(try Connection.transport(to: url, options), credentials))
    }

    /// Uses a session that has begun elsewhere; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - token: The session's token; nil asks without credentials, which is enough for ``Server/status()``.
    ///   - url: The address.
    ///   - options: Certificates, times, log.
    /// - Throws: ``MusterClientError`` of kind ``MusterClientError/Kind/unusableOption``.
    public init(
        token: String?,
        url: String,
        options: Options = Options()
    ) throws(MusterClientError) {
        let credentials = try token.map { text throws(MusterClientError) in
            try Credentials.token(text)
        }
        self.init(Connection(try Connection.transport(to: url, options), credentials))
    }

    /// Logs in with a user name and a password.
    ///
    /// The password is sent once and not kept. Whoever logs in calls ``close()``, which ends the session.
    ///
    /// - Parameters:
    ///   - username: The user name.
    ///   - password: The password.
    ///   - code: The second factor, where the account has one; each code works once.
    ///   - url: The address.
    ///   - options: Certificates, times, log.
    /// - Throws: ``MusterClientError``: with code `credentials.invalid` where the login is refused, and `code.required`
    ///   where a code was sent.
    public init(
        username: String,
        password: String,
        code: String? = nil,
        url: String,
        options: Options = Options()
    ) async throws(MusterClientError) {
        let transport = try Connection.transport(to: url, options)
        do {
            let stranger = MusterClient(Connection(transport, nil))
            let issued = try await stranger.sessions.begin(
                LoginBody(username: username, password: password, code: code)
            )
            let credentials = try Credentials.token(issued.token)
            self.init(Connection(transport, credentials, ownsSession: true))
        } catch {
            await transport.shutDown()
            throw error
        }
    }

    /// Uses a way to a server that somebody else has opened, and closes.
    ///
    /// - Parameters:
    ///   - transport: The way.
    ///   - credentials: The header fields that say who asks; nil if nobody does.
    package init(_ transport: Transport, _ credentials: Secret<HTTPHeaders>?) {
        self.init(Connection(transport, credentials, ownsTransport: false))
    }

    /// Ends the session, where logging in began it, and lets go of all connections.
    ///
    /// Requests in flight fail, also those of copies.
    public func close() async {
        await connection.close()
    }
}

extension MusterClient: CustomStringConvertible, CustomReflectable {
    /// The name of the type.
    public var description: String { "MusterClient" }

    /// A mirror without children: behind them are requests on their way, which hold keys and passwords.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
