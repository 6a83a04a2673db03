import ClientTransport
import NIOHTTP1
public import WireJSON

/// Requests of any kind, for what this library has no method for.
extension TenableIO {
    /// What a request does.
    public enum Method: String, Sendable, CaseIterable {
        /// Reads.
        case get = "GET"
        /// Adds.
        case post = "POST"
        /// Replaces.
        case put = "PUT"
        /// Changes.
        case patch = "PATCH"
        /// Removes.
        case delete = "DELETE"
    }

    /// Reads what is under a path.
    ///
    /// - Parameters:
    ///   - path: The path, such as `users/4`; characters that cannot stand in one are percent-encoded.
    ///   - query: Names and values.
    /// - Returns: The answer, which is a success.
    /// - Throws: ``TenableError``.
    public func get(
        _ path: String,
        query: KeyValuePairs<String, String> = [:]
    ) async throws(TenableError) -> TenableAnswer {
        try await request(.get, path, query: query)
    }

    /// Adds something under a path.
    ///
    /// - Parameters:
    ///   - path: The path, such as `users`; characters that cannot stand in one are percent-encoded.
    ///   - query: Names and values.
    ///   - body: The body; nil sends none.
    /// - Returns: The answer, which is a success.
    /// - Throws: ``TenableError``.
    @discardableResult
    public func post(
        _ path: String,
        query: KeyValuePairs<String, String> = [:],
        body: JSONValue? = nil
    ) async throws(TenableError) -> TenableAnswer {
        try await request(.post, path, query: query, body: body)
    }

    /// Replaces what is under a path.
    ///
    /// - Parameters:
    ///   - path: The path, such as `users/4`; characters that cannot stand in one are percent-encoded.
    ///   - query: Names and values.
    ///   - body: The body; nil sends none.
    /// - Returns: The answer, which is a success.
    /// - Throws: ``TenableError``.
    @discardableResult
    public func put(
        _ path: String,
        query: KeyValuePairs<String, String> = [:],
        body: JSONValue? = nil
    ) async throws(TenableError) -> TenableAnswer {
        try await request(.put, path, query: query, body: body)
    }

    /// Changes what is under a path.
    ///
    /// - Parameters:
    ///   - path: The path; characters that cannot stand in one are percent-encoded.
    ///   - query: Names and values.
    ///   - body: The body; nil sends none.
    /// - Returns: The answer, which is a success.
    /// - Throws: ``TenableError``.
    @discardableResult
    public func patch(
        _ path: String,
        query: KeyValuePairs<String, String> = [:],
        body: JSONValue? = nil
    ) async throws(TenableError) -> TenableAnswer {
        try await request(.patch, path, query: query, body: body)
    }

    /// Removes what is under a path.
    ///
    /// - Parameters:
    ///   - path: The path, such as `users/4`; characters that cannot stand in one are percent-encoded.
    ///   - query: Names and values.
    ///   - body: The body; nil sends none.
    /// - Returns: The answer, which is a success.
    /// - Throws: ``TenableError``.
    @discardableResult
    public func delete(
        _ path: String,
        query: KeyValuePairs<String, String> = [:],
        body: JSONValue? = nil
    ) async throws(TenableError) -> TenableAnswer {
        try await request(.delete, path, query: query, body: body)
    }

    private func request(
        _ method: Method,
        _ path: String,
        query: KeyValuePairs<String, String>,
        body: JSONValue? = nil
    ) async throws(TenableError) -> TenableAnswer {
        let target = try RequestTarget(path, query.map { ($0.key, $0.value) })
        var request = Request(method.http, "/{path}", path: target.text)
        if let body { request.body = Secret(body.bytes) }
        return TenableAnswer(try await send(request))
    }

    /// Sends a request.
    ///
    /// - Returns: The answer, which is a success.
    /// - Throws: ``TenableError``.
    func send(_ request: Request) async throws(TenableError) -> Answer {
        let answer = try await connection.answer(request, impersonating: impersonatedName)
        guard (200..<300).contains(answer.status) else { throw TenableError(answer, to: request) }
        return answer
    }
}

extension TenableIO.Method {
    var http: HTTPMethod { HTTPMethod(rawValue: rawValue) }
}
