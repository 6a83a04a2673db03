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

    /// The answer with a sentence beside it, in the field `X-Muster-Warning`, on what follows from the change.
    func warning(_ sentence: String?) -> Response {
        guard let sentence else { return self }
        var answer = self
        answer.headers[.xMusterWarning] = sentence
        return answer
    }
}
