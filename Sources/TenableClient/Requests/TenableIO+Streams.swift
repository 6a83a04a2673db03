import ClientTransport
import NIOHTTP1

/// Requests whose answer is taken as it is, and bodies of any length.
extension TenableIO {
    /// Sends a request.
    ///
    /// - Parameters:
    ///   - method: What is done.
    ///   - target: The path, percent-encoded, with the query.
    ///   - route: The path's pattern, which is what the log says.
    ///   - body: JSON, which may hold a password; nil sends none.
    /// - Returns: The answer, of whatever status.
    /// - Throws: ``TenableError`` if there is none.
    package func exchange(
        _ method: Method,
        _ target: String,
        route: String,
        body: [UInt8]? = nil
    ) async throws(TenableError) -> TenableAnswer {
        var request = Request(method.http, route, path: target)
        request.body = body.map { Secret($0) }
        let answer = try await connection.answer(request, impersonating: impersonatedName)
        return TenableAnswer(answer)
    }

    /// Sends a request and hands over its answer, of whatever status, line by line as it arrives.
    ///
    /// Never sent a second time, and without an end to the time that it may take.
    ///
    /// - Parameters:
    ///   - method: What is done.
    ///   - target: The path, percent-encoded, with the query.
    ///   - route: The path's pattern, which is what the log says.
    /// - Returns: The answer, of whatever status.
    /// - Throws: ``TenableError`` if there is no answer.
    package func stream(
        _ method: Method,
        _ target: String,
        route: String
    ) async throws(TenableError) -> TenableStream {
        let request = TenableIO.streamRequest(method, target, route)
        try connection.requireOpen()
        do {
            let fields = connection.credentials.fields(impersonating: impersonatedName)
            return TenableStream(try await connection.transport.stream(request, fields), request)
        } catch {
            throw TenableError(error, of: request)
        }
    }

    /// Sends a request whose body is made while it is sent, and hands over its answer as it arrives.
    ///
    /// The answer may begin before the body has ended. Never sent a second time, and without an end to the time
    /// that it may take.
    ///
    /// - Parameters:
    ///   - method: What is done.
    ///   - target: The path, percent-encoded, with the query.
    ///   - route: The path's pattern, which is what the log says.
    ///   - pieces: The body, in pieces of any length; their error ends the request and is the cause of its
    ///     failure.
    ///   - contentType: What the body is.
    /// - Returns: The answer, of whatever status.
    /// - Throws: ``TenableError`` if there is no answer.
    package func stream<Pieces: AsyncSequence & Sendable>(
        _ method: Method,
        _ target: String,
        route: String,
        uploading pieces: Pieces,
        contentType: String = "application/x-ndjson"
    ) async throws(TenableError) -> TenableStream where Pieces.Element == [UInt8] {
        var request = TenableIO.streamRequest(method, target, route)
        request.fields.add(name: "Content-Type", value: contentType)
        try connection.requireOpen()
        do {
            let fields = connection.credentials.fields(impersonating: impersonatedName)
            return TenableStream(
                try await connection.transport.stream(request, uploading: pieces, fields),
                request
            )
        } catch {
            throw TenableError(error, of: request)
        }
    }

    private static func streamRequest(
        _ method: Method,
        _ target: String,
        _ route: String
    ) -> Request {
        var request = Request(method.http, route, path: target)
        request.fields.add(name: "Accept", value: "application/x-ndjson, application/json")
        return request
    }
}
