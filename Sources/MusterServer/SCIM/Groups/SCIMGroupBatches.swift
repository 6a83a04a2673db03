import FoundationEssentials
import Hummingbird
import MusterCore
import NIOCore
import SCIMAPI
import WireJSON

/// A group of very many members, who are written some at a time: to hold each as a part of a tree takes some hundred bytes, and
/// as a part of one text no less.
///
/// The caller is admitted again before each piece.
struct SCIMGroupBatches: ListBatches {
    /// How many members a group has at most that is answered as a whole.
    static let mostHeld = 20_000

    /// The group without its members.
    let rest: JSONObject
    /// Who is in it.
    let members: [UUID]
    /// Where the API lives, as the caller sees it.
    let root: String
    /// How many members are written at a time.
    var size = 5_000
    /// Admits the caller again.
    let admit: @Sendable () async throws(MusterError) -> Void

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        var json = JSONWriter(reserving: 512 + size * 200)
        json.beginObject()
        for (name, value) in rest.members {
            json.name(escaping: name)
            json.value(value)
        }
        // The last of all attributes.
        json.name("members")
        json.beginArray()
        for start in stride(from: 0, to: members.count, by: size) {
            for uuid in members[start..<min(start + size, members.count)] {
                let text = uuid.text
                json.beginObject()
                json.member("value", text)
                json.member("$ref", root + "/Users/" + text)
                json.member("type", "User")
                json.endObject()
            }
            try await admit()
            try await writer.write(ByteBuffer(bytes: json.takeBytes()))
        }
        json.endArray()
        json.endObject()
        try await writer.write(ByteBuffer(bytes: json.takeBytes()))
    }
}
