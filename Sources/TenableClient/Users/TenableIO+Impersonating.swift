import ClientTransport
import TenableAPI

extension TenableIO {
    /// Sends a request that is answered with a user.
    ///
    /// - Throws: ``TenableError``.
    func user(_ request: Request) async throws(TenableError) -> User {
        try await record(request) { object throws(TenableFieldError) in try User(object) }
    }

    /// Acts as another user while `body` runs.
    ///
    /// ```swift
    /// let theirs = try await tio.impersonating("jdoe@company.com") { tio in
    ///     try await tio.session.details()
    /// }
    /// ```
    ///
    /// Only the value that `body` gets acts as that user: nothing else changes, whatever happens and whatever
    /// other tasks do meanwhile.
    ///
    /// - Parameters:
    ///   - name: The login name.
    ///   - body: What is done.
    /// - Returns: What `body` returns.
    /// - Throws: ``TenableError`` for what cannot be a login name, or what `body` throws.
    public func impersonating<Result>(
        _ name: String,
        _ body: (TenableIO) async throws -> Result
    ) async throws -> Result {
        try await body(try users.impersonate(name))
    }
}

extension Request {
    /// The same request, which does the same when it is sent twice.
    var repeatable: Request {
        var request = self
        request.isRepeatable = true
        return request
    }
}
