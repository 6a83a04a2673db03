import ClientTransport
import NIOHTTP1
import WireJSON

extension Answer {
    /// The revision of the users, from the entity tag (RFC 9110 section 8.8.3).
    var revision: Int64? {
        guard var tag = fields.first(name: "ETag")?.utf8[...] else { return nil }
        if tag.starts(with: "W/".utf8) { tag = tag.dropFirst(2) }
        let quote = UInt8(ascii: "\"")
        guard tag.count > 2, tag.first == quote, tag.last == quote else { return nil }
        return Int64(Substring(tag.dropFirst().dropLast()))
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
