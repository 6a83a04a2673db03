import HTTPTypes
import Hummingbird
import NIOCore
import WireJSON

/// An answer that is complete: nothing of it is still to be read or computed.
struct Answer: Sendable {
    var status: HTTPResponse.Status
    /// What the header holds beside what every answer's does.
    var fields: [(name: HTTPField.Name, value: String)] = []
    /// JSON text; nil if there is nothing to say.
    var body: [UInt8]?
    /// The media type of the text.
    var mediaType = Answer.jsonType

    /// An answer whose body is what `write` writes; as much room as a record needs, which malloc gives from what the thread has at hand.
    static func json<Failure: Error>(
        _ status: HTTPResponse.Status = .ok,
        reserving capacity: Int = 960,
        _ write: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) -> Answer {
        var json = JSONWriter(reserving: capacity)
        try write(&json)
        return Answer(status: status, body: json.takeBytes())
    }

    static let jsonType = "application/json; charset=utf-8"

    /// The value of a field; nil if there is none.
    subscript(name: HTTPField.Name) -> String? {
        fields.first { $0.name == name }?.value
    }
}

extension Response {
    /// The answer in the framework's terms.
    init(_ answer: Answer) {
        var fields = HTTPFields()
        if answer.body != nil { fields[.contentType] = answer.mediaType }
        for field in answer.fields { fields[field.name] = field.value }
        self.init(
            status: answer.status,
            headers: fields,
            body: answer.body.map { ResponseBody(byteBuffer: ByteBuffer(bytes: $0)) }
                ?? ResponseBody()
        )
    }

    /// Says of JSON text in which media type a dialect speaks; other types stay as they are.
    mutating func speak(_ dialect: Dialect) {
        guard dialect.mediaType != Answer.jsonType, headers[.contentType] == Answer.jsonType
        else { return }
        headers[.contentType] = dialect.mediaType
    }
}
