import AsyncHTTPClient
import NIOCore
package import NIOHTTP1

/// An answer whose body is read as it arrives.
package struct StreamedAnswer: Sendable {
    /// The status.
    package let status: Int
    /// The header fields.
    package let fields: HTTPHeaders
    /// The body, line by line.
    package let lines: Lines

    private let body: HTTPClientResponse.Body
    private let isRead: Bool

    init(_ response: HTTPClientResponse, isRead: Bool) {
        status = Int(response.status.code)
        fields = response.headers
        body = response.body
        self.isRead = isRead
        lines = Lines(body, isRead: isRead)
    }

    /// Reads the body to its end, for answers that are no success.
    ///
    /// - Throws: ``NetworkFailure``.
    package func collected() async throws(NetworkFailure) -> Answer {
        do {
            let bytes = try await body.collect(upTo: Lines.longestLine)
            return Answer(status: status, fields: fields, body: bytes)
        } catch {
            throw NetworkFailure(error, mayHaveArrived: !isRead)
        }
    }
}

extension Transport {
    /// Sends a request and hands over its answer as soon as that begins.
    ///
    /// Never sent a second time, and without an end to the time that it may take.
    ///
    /// - Throws: ``NetworkFailure``.
    package func stream(
        _ request: Request,
        _ credentials: Secret<HTTPHeaders>?
    ) async throws(NetworkFailure) -> StreamedAnswer {
        let body = request.body?.withExposedValue {
            HTTPClientRequest.Body.bytes(ByteBuffer(bytes: $0))
        }
        return try await stream(request, credentials, body) { !request.isRead }
    }

    /// Sends a request whose body is made while it is sent, and hands over its answer as soon as that begins.
    ///
    /// Never sent a second time, and without an end to the time that it may take. An error of the pieces ends
    /// the request and is the cause of the failure.
    ///
    /// - Parameters:
    ///   - request: The request; it says the `Content-Type`.
    ///   - pieces: The body.
    ///   - credentials: Header fields that say who asks.
    /// - Returns: The answer, of whatever status.
    /// - Throws: ``NetworkFailure``.
    package func stream<Pieces: AsyncSequence & Sendable>(
        _ request: Request,
        uploading pieces: Pieces,
        _ credentials: Secret<HTTPHeaders>?
    ) async throws(NetworkFailure) -> StreamedAnswer where Pieces.Element == [UInt8] {
        let start = UploadStart()
        let body = HTTPClientRequest.Body.stream(Upload(pieces, start), length: .unknown)
        return try await stream(request, credentials, body) { start.hasBegun }
    }

    private func stream(
        _ request: Request,
        _ credentials: Secret<HTTPHeaders>?,
        _ body: HTTPClientRequest.Body?,
        mayHaveArrived: () -> Bool
    ) async throws(NetworkFailure) -> StreamedAnswer {
        var streamed = HTTPClientRequest(url: address.root + request.path)
        streamed.method = request.method
        streamed.headers = fields(request, credentials)
        streamed.body = body
        do {
            let response = try await client.execute(streamed, deadline: .distantFuture)
            let answer = StreamedAnswer(response, isRead: request.isRead)
            log(Answer(status: answer.status, fields: answer.fields), to: request, 0)
            return answer
        } catch {
            let failure = NetworkFailure(error, mayHaveArrived: mayHaveArrived())
            log(failure, of: request, 0)
            throw failure
        }
    }
}
