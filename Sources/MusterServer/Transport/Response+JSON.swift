import HTTPTypes
import Hummingbird
import WireJSON

extension Response {
    /// An answer whose body is what `write` writes.
    static func json(
        _ status: HTTPResponse.Status = .ok,
        reserving capacity: Int = 1024,
        _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Response {
        Response(try Answer.json(status, reserving: capacity, write))
    }

    /// A success that has nothing to say.
    static var empty: Response {
        Response(status: .ok)
    }
}
