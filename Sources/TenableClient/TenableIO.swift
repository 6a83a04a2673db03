import ClientTransport
public import FoundationEssentials
import NIOHTTP1

/// The way in: talks to Tenable Vulnerability Management, or to a server that speaks its API, such as Muster.
///
/// ```swift
/// let tio = try TenableIO(accessKey: accessKey, secretKey: secretKey)
/// for try await user in tio.users.list() {
///     print(user.id, user.username)
/// }
/// ```
///
/// A value: copies share one set of connections and may be used from any number of tasks at once. What an
/// impersonation changes is another value, see ``impersonating(_:_:)``.
public struct TenableIO: Sendable {
    /// Where the service is when nobody says otherwise, as in pyTenable.
    public static let standardURL = "https://cloud.tenable.com"

    let connection: Connection
    /// The user in whose place requests are made; nil for the caller itself.
    let impersonatedName: String?

    init(_ connection: Connection, impersonating name: String? = nil) {
        self.connection = connection
        impersonatedName = name
    }

    /// Uses a pair of API keys; nothing is sent yet.
    ///
    /// What is left out comes from `TIO_ACCESS_KEY`, `TIO_SECRET_KEY` and `TIO_URL` in the environment.
    ///
    /// - Parameters:
    ///   - accessKey: The access key.
    ///   - secretKey: The secret key.
    ///   - url: `https://host`, with a port and a path where there are such; ``standardURL`` if neither here nor
    ///     in the environment. `http://` is for this machine only, unless ``Options/allowsPlaintext`` is set.
    ///   - options: Certificates, times, log.
    ///   - environment: The variables, which tests replace.
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/unusableOption`` where a key is missing, or the
    ///   address or an option cannot be used.
    public init(
        accessKey: String? = nil,
        secretKey: String? = nil,
        url: String? = nil,
        options: Options = Options(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(TenableError) {
        let variables = Variables(environment)
        guard let access = accessKey ?? variables["TIO_ACCESS_KEY"],
            let secret = secretKey ?? variables["TIO_SECRET_KEY"]
        else {
            throw .unusable(
                "There are no API keys. Pass accessKey and secretKey, or set TIO_ACCESS_KEY and TIO_SECRET_KEY."
            )
        }
        let transport = try Connection.transport(to: url ?? variables.url, options)
        self.init(Connection(transport, try .keys(access, secret)))
    }

    /// Logs in with a username and a password.
    ///
    /// The password is sent once and not kept. Whoever logs in calls ``close()``, which ends the session.
    ///
    /// - Parameters:
    ///   - username: The login name.
    ///   - password: The password.
    ///   - verificationCode: The second factor, where the account has one; each code works once.
    ///   - url: The address; `TIO_URL` of the environment, then ``standardURL``, if left out.
    ///   - options: Certificates, times, log.
    ///   - environment: The variables, which tests replace.
    /// - Throws: ``TenableError``: of kind ``TenableError/Kind/unauthorized`` where the login is refused.
    public init(
        username: String,
        password: String,
        verificationCode: String? = nil,
        url: String? = nil,
        options: Options = Options(),
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) async throws(TenableError) {
        let transport = try Connection.transport(to: url ?? Variables(environment).url, options)
        let login = Login(
            username: username,
            password: Secret(password),
            code: verificationCode.map { Secret($0) }
        )
        do {
            let credentials = try await login.send(over: transport)
            self.init(Connection(transport, credentials, ownsSession: true))
        } catch {
            await transport.shutDown()
            throw error
        }
    }

    /// Uses a session that has begun elsewhere; nothing is sent yet.
    ///
    /// - Parameters:
    ///   - token: The session's token; nil asks without credentials, which is enough for ``server``'s status.
    ///   - url: The address.
    ///   - options: Certificates, times, log.
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/unusableOption``.
    public init(
        token: String?,
        url: String,
        options: Options = Options()
    ) throws(TenableError) {
        let credentials = try token.map { text throws(TenableError) in
            try Credentials.token(checking: text)
        }
        self.init(Connection(try Connection.transport(to: url, options), credentials ?? .none))
    }

    /// Uses a session at a server on this machine that listens on a Unix domain socket.
    ///
    /// - Parameters:
    ///   - token: The session's token; nil asks without credentials.
    ///   - socketPath: The socket's path.
    ///   - options: Times, log.
    /// - Throws: ``TenableError`` of kind ``TenableError/Kind/unusableOption``.
    package init(
        token: String?,
        socketPath: String,
        options: Options = Options()
    ) throws(TenableError) {
        let transport: Transport
        do {
            transport = try Transport(ServerAddress(socketPath: socketPath), options.transport)
        } catch {
            throw TenableError(error)
        }
        let credentials = try token.map { text throws(TenableError) in
            try Credentials.token(checking: text)
        }
        self.init(Connection(transport, credentials ?? .none))
    }

    /// Ends the session, where logging in began it, and lets go of all connections.
    ///
    /// Requests in flight fail, also those of copies.
    public func close() async {
        await connection.close()
    }
}

extension TenableIO: CustomStringConvertible, CustomReflectable {
    /// The name of the type.
    public var description: String { "TenableIO" }

    /// A mirror without children: behind them are requests on their way, which hold keys and passwords.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
