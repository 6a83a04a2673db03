import ClientTransport

/// The way in: connects to a server that speaks the ActiveLogic users API.
///
/// ```swift
/// let connection = try await ActiveLogic.connect(
///     to: "https://directory.example.com",
///     username: "admin@example.com",
///     password: password
/// )
/// let users = connection.users()
/// for user in try await users.list(User.self) {
///     print(user.id, user.name)
/// }
/// await connection.close()
/// ```
public enum ActiveLogic {
    /// Logs in.
    ///
    /// The password is sent once and not kept.
    ///
    /// - Parameters:
    ///   - address: `https://host`, with a port and a path before `/activelogic/v1` where there are such.
    ///     `http://` is for this machine only, unless ``Options/allowsPlaintext`` is set.
    ///   - username: The login name.
    ///   - password: The password.
    ///   - options: Certificates, times, log, verification code.
    /// - Returns: The connection. Whoever gets it closes it.
    /// - Throws: ``ActiveLogicError``: `PLDBIOError` where the server cannot be reached, is not trusted or
    ///   refuses the login (`credentials_invalid`), or asks for a verification code (`code_required`);
    ///   `PLDBCapabilityError` where it does not speak this API; `ValueError` where the address or an option
    ///   cannot be used.
    public static func connect(
        to address: String,
        username: String,
        password: String,
        options: Options = Options()
    ) async throws(ActiveLogicError) -> Connection {
        let login = Login(username: username, password: Secret(password), code: options.code)
        return try await connect(to: address, login, options)
    }

    /// Comes in by a first question, and leaves nothing open where that is refused.
    static func connect(
        to address: String,
        _ greeting: some Greeting,
        _ options: Options
    ) async throws(ActiveLogicError) -> Connection {
        let transport = try Transport(to: address, options)
        do {
            let handshake = try await greeting.send(over: transport)
            return Connection(handshake, over: transport, options)
        } catch {
            await transport.shutDown()
            throw error
        }
    }

    /// Logs in, lends the connection to `body`, and closes it whatever happens.
    ///
    /// - Parameters:
    ///   - address: As for ``connect(to:username:password:options:)``.
    ///   - username: The login name.
    ///   - password: The password.
    ///   - options: Certificates, times, log, verification code.
    ///   - body: What is done with the connection.
    /// - Returns: What `body` returns.
    /// - Throws: ``ActiveLogicError`` where the login fails, or what `body` throws.
    public static func withConnection<Result>(
        to address: String,
        username: String,
        password: String,
        options: Options = Options(),
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let connection = try await connect(
            to: address,
            username: username,
            password: password,
            options: options
        )
        return try await connection.closing(after: body)
    }
}
