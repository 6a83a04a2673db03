import ClientTransport

extension ActiveLogic {
    /// Comes in with a pair of API keys, which any account of the server may have.
    ///
    /// No session begins: the keys go with every request. One request asks whose they are.
    ///
    /// ```swift
    /// let connection = try await ActiveLogic.connect(
    ///     to: "https://directory.example.com",
    ///     accessKey: accessKey,
    ///     secretKey: secretKey
    /// )
    /// ```
    ///
    /// - Parameters:
    ///   - address: As for ``connect(to:username:password:options:)``.
    ///   - accessKey: The access key.
    ///   - secretKey: The secret key.
    ///   - options: Certificates, times, log. There is no verification code with keys.
    /// - Returns: The connection. Whoever gets it closes it.
    /// - Throws: ``ActiveLogicError``: `PLDBIOError` where the server cannot be reached, is not trusted or
    ///   refuses the keys; `PLDBCapabilityError` where it does not speak this API, or not yet with keys
    ///   (`api_keys_unsupported`); `ValueError` where the address, a key or an option cannot be used
    ///   (`option_invalid`), before anything is sent.
    public static func connect(
        to address: String,
        accessKey: String,
        secretKey: String,
        options: Options = Options()
    ) async throws(ActiveLogicError) -> Connection {
        let check = KeyCheck(keys: try Credentials(accessKey: accessKey, secretKey: secretKey))
        return try await connect(to: address, check, options)
    }

    /// Comes in with a pair of API keys, lends the connection to `body`, and closes it whatever happens.
    ///
    /// - Parameters:
    ///   - address: As for ``connect(to:username:password:options:)``.
    ///   - accessKey: The access key.
    ///   - secretKey: The secret key.
    ///   - options: Certificates, times, log.
    ///   - body: What is done with the connection.
    /// - Returns: What `body` returns.
    /// - Throws: ``ActiveLogicError`` where the keys are refused, or what `body` throws.
    public static func withConnection<Result>(
        to address: String,
        accessKey: String,
        secretKey: String,
        options: Options = Options(),
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        let connection = try await connect(
            to: address,
            accessKey: accessKey,
            secretKey: secretKey,
            options: options
        )
        return try await connection.closing(after: body)
    }
}

extension ActiveLogic.Connection {
    /// Lends the connection to `body`, and closes it whatever happens.
    ///
    /// - Throws: What `body` throws.
    func closing<Result>(
        after body: (ActiveLogic.Connection) async throws -> Result
    ) async throws -> Result {
        do {
            let result = try await body(self)
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }
}
