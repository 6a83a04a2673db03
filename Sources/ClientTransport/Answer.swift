package import NIOCore
package import NIOHTTP1
package import WireJSON

/// One answer, of whatever status.
package struct Answer: Sendable {
    /// The status.
    package let status: Int
    /// The header fields.
    package let fields: HTTPHeaders
    /// The body.
    package let body: ByteBuffer

    /// Makes an answer.
    package init(status: Int, fields: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The number of the request in the server's log.
    package var requestID: String? {
        fields.first(name: "X-Request-Uuid")
    }

    /// How long to wait before the next attempt, where it is given in seconds (RFC 9110 section 10.2.3).
    package var retryAfter: Duration? {
        guard let text = fields.first(name: "Retry-After"), text.utf8.count <= 9,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(text)
        else { return nil }
        return .seconds(seconds)
    }

    /// The body, where it is JSON.
    package var json: JSONValue? {
        try? JSONValue(parsing: body.readableBytesView)
    }
}
