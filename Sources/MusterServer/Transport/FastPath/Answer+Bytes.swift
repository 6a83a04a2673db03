import HTTPTypes
import NIOCore
import TextBytes

extension Answer {
    /// Room for the status line, the fields that every answer has, and what stands around all others.
    ///
    /// They have 199 bytes, with numbers of 20 digits. A record and its head then fit into 1024, which malloc gives from what the
    /// thread has at hand.
    private static let headCapacity = 208
    /// What a field has beside its name and its value: a line's end, a colon and a blank.
    private static let fieldCapacity = 4

    /// The bytes of the answer as HTTP/1.1 sends them (RFC 9112), on a connection that stays open.
    ///
    /// The fields are those that ``RootResponder`` and the framework give every other answer.
    func encoded(id: String, date: String, _ allocator: ByteBufferAllocator) -> ByteBuffer {
        let room = room(for: id, date)
        var buffer = allocator.buffer(capacity: room)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { output in
            var writer = RoomWriter(output)
            write(to: &writer, id, date)
            return writer.count
        }
        return buffer
    }

    /// How many bytes the answer has at most.
    private func room(for id: String, _ date: String) -> Int {
        let given = status.reasonPhrase.utf8.count + mediaType.utf8.count + date.utf8.count
        let all = fields.reduce(Answer.headCapacity + given + 2 * id.utf8.count) {
            $0 + $1.name.rawName.utf8.count + $1.value.utf8.count + Answer.fieldCapacity
        }
        return all + (body?.count ?? 0)
    }

    private func write(to writer: inout RoomWriter, _ id: String, _ date: String) {
        writer.add("HTTP/1.1 " as StaticString)
        writer.add(decimal: UInt64(clamping: status.code))
        writer.add(" " as StaticString)
        writer.add(status.reasonPhrase)
        if body != nil {
            writer.add("\r\nContent-Type: " as StaticString)
            writer.add(mediaType)
        }
        if status != .notModified {
            writer.add("\r\nContent-Length: " as StaticString)
            writer.add(decimal: UInt64(clamping: body?.count ?? 0))
        }
        for field in fields {
            writer.add("\r\n" as StaticString)
            writer.add(field.name.rawName)
            writer.add(": " as StaticString)
            writer.add(field.value)
        }
        writer.add("\r\nX-Request-Uuid: " as StaticString)
        writer.add(id)
        writer.add("\r\nX-Tio-Last-Request-Uuid: " as StaticString)
        writer.add(id)
        if self[.cacheControl] == nil {
            writer.add("\r\nCache-Control: no-store" as StaticString)
        }
        writer.add("\r\nX-Content-Type-Options: nosniff\r\nDate: " as StaticString)
        writer.add(date)
        writer.add("\r\n\r\n" as StaticString)
        body?.withUnsafeBytes { writer.add($0) }
    }
}
