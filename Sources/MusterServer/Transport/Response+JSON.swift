import HTTPTypes
import Hummingbird
import NIOCore
import WireJSON

extension Response {
    /// An answer whose body is what `write` writes.
    static func json(
        _ status: HTTPResponse.Status = .ok,
        reserving capacity: Int = 1024,
        _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Response {
        var json = JSONWriter(reserving: capacity)
        try write(&json)
        return Response(
            status: status,
            headers: [.contentType: jsonType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes))
        )
    }

    static let jsonType = "application/json; charset=utf-8"

    /// A success that has nothing to say.
    static var empty: Response {
        Response(status: .ok)
    }
}
