import Hummingbird
import MusterAPI
import MusterCore
import NIOCore
import WireJSON

/// The batches of a list of sessions.
struct NativeSessionStream: ListBatches {
    let sessions: SessionService
    let principal: Principal
    let list: SessionList
    /// How many sessions there are to be at most.
    let most: Int

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        var json = JSONWriter(
            reserving: NativeSessionRoutes.batchSize * NativeSessionRoutes.capacity
        )
        NativeSessionStream.begin(&json)
        var batch = list.sessions
        var limit = batch.count
        var left = most - batch.count
        while let last = batch.last {
            write(batch, to: &json)
            try await writer.write(ByteBuffer(bytes: json.takeBytes()))
            guard batch.count == limit, left > 0 else { break }
            limit = min(NativeSessionRoutes.batchSize, left)
            batch = try await sessions.more(of: list, after: last, limit: limit, by: principal)
            left -= batch.count
        }
        end(&json)
        try await writer.write(ByteBuffer(bytes: json.takeBytes()))
    }

    static func begin(_ json: inout JSONWriter) {
        json.beginObject()
        json.name("sessions")
        json.beginArray()
    }

    func write(_ batch: [OwnedSession], to json: inout JSONWriter) {
        for owned in batch { SessionRecord(owned, seenBy: principal).write(to: &json) }
    }

    func end(_ json: inout JSONWriter) {
        json.endArray()
        json.member("total", list.total)
        json.endObject()
    }
}

extension SessionRecord {
    /// The record of a session.
    init(_ owned: OwnedSession, seenBy principal: Principal) {
        let session = owned.session
        self.init(
            id: SessionID(session.digest).text,
            userID: session.user.rawValue,
            username: owned.owner.text,
            createdAt: session.createdAt.rawValue,
            lastSeenAt: session.lastSeenAt.rawValue,
            address: session.address?.description,
            program: session.program?.text,
            isCurrent: principal.sessionDigest?.matches(session.digest) ?? false
        )
    }
}
