import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

extension Response {
    /// What HEAD answers where GET answers this: everything but the body (RFC 9110 section 9.3.2).
    ///
    /// The length is told in any case, because the layer below would announce a body in pieces otherwise. That of
    /// an answer without end is found by making it.
    func withoutBody() async throws -> Response {
        var response = self
        if headers[.contentLength] == nil, response.status.mayHaveBody {
            let length: Int
            if let known = body.contentLength {
                length = known
            } else {
                let counter = ByteCounter()
                try await body.write(CountingWriter(counter: counter))
                length = counter.count
            }
            response.headers[.contentLength] = String(length)
        }
        return response.createHeadResponse()
    }
}

extension HTTPResponse.Status {
    /// Whether answers of this status have a body (RFC 9110 sections 15.3.5 and 15.4.5).
    fileprivate var mayHaveBody: Bool { self != .noContent && self != .notModified }
}

private final class ByteCounter: Sendable {
    private let total = Atomic(0)

    var count: Int { total.load(ordering: .relaxed) }

    func add(_ bytes: Int) {
        total.add(bytes, ordering: .relaxed)
    }
}

/// Counts what would be sent, and sends nothing.
private struct CountingWriter: ResponseBodyWriter {
    let counter: ByteCounter

    mutating func write(_ buffer: ByteBuffer) async throws {
        counter.add(buffer.readableBytes)
    }

    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}
