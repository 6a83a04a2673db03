import HTTPTypes
import NIOCore

extension Answer {
    /// Room for the status line and the fields.
    private static let headCapacity = 384

    /// The bytes of the answer as HTTP/1.1 sends them (RFC 9112), on a connection that stays open.
    ///
    /// The fields are those that ``RootResponder`` and the framework give every other answer.
    func encoded(id: String, date: String, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        let body = body ?? []
        var buffer = allocator.buffer(capacity: Answer.headCapacity + body.count)
        buffer.writeStaticString("HTTP/1.1 ")
        buffer.writeString("\(status.code) \(status.reasonPhrase)")
        if self.body != nil {
            buffer.writeStaticString("\r\nContent-Type: ")
            buffer.writeString(mediaType)
        }
        if status != .notModified {
            buffer.writeStaticString("\r\nContent-Length: ")
            buffer.writeString(String(body.count))
        }
        for field in fields {
            buffer.writeStaticString("\r\n")
            buffer.writeString(field.name.rawName)
            buffer.writeStaticString(": ")
            buffer.writeString(field.value)
        }
        buffer.writeStaticString("\r\nX-Request-Uuid: ")
        buffer.writeString(id)
        buffer.writeStaticString("\r\nX-Tio-Last-Request-Uuid: ")
        buffer.writeString(id)
        if self[.cacheControl] == nil {
            buffer.writeStaticString("\r\nCache-Control: no-store")
        }
        buffer.writeStaticString("\r\nX-Content-Type-Options: nosniff\r\nDate: ")
        buffer.writeString(date)
        buffer.writeStaticString("\r\n\r\n")
        buffer.writeBytes(body)
        return buffer
    }
}
