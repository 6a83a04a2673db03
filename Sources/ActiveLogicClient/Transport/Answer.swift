import NIOCore
import NIOHTTP1
import WireJSON

/// One answer, of whatever status.
struct Answer: Sendable {
    let status: Int
    let fields: HTTPHeaders
    let body: ByteBuffer

    init(status: Int, fields: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// The number of the request in the server's log.
    var requestID: String? {
        fields.first(name: "X-Request-Uuid")
    }

    /// The revision of the users, from the entity tag (RFC 9110 section 8.8.3).
    var revision: Int64? {
        guard var tag = fields.first(name: "ETag")?[...] else { return nil }
        if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
        guard tag.count > 2, tag.first == "\"", tag.last == "\"" else { return nil }
        return Int64(tag.dropFirst().dropLast())
    }

    /// How long to wait before the next attempt, where it is given in seconds (RFC 9110 section 10.2.3).
    var retryAfter: Duration? {
        guard let text = fields.first(name: "Retry-After"), text.utf8.count <= 9,
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let seconds = Int64(text)
        else { return nil }
        return .seconds(seconds)
    }

    /// The body, where it is JSON.
    var json: JSONValue? {
        try? JSONValue(parsing: body.readableBytesView)
    }

    /// Whether what is known is still true.
    var isUnchanged: Bool { status == 304 }

    /// The object in the body.
    ///
    /// - Throws: ``ActiveLogicError`` with code `malformed_response`.
    func object() throws(ActiveLogicError) -> JSONObject {
        guard case .object(let object)? = json else {
            throw .malformedAnswer(requestID: requestID)
        }
        return object
    }
}
