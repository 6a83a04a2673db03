import Hummingbird
import MusterCore
import NIOCore
import WireJSON

/// What is left to write of a list, batch by batch.
///
/// Each batch is read when the one before was taken, so that a list holds the memory of one batch, however long it is
/// and however slow its reader.
protocol ListBatches: Sendable {
    /// Reads and writes all batches, on the threads for lists.
    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws
}

extension Response {
    /// A list that is read and written away from the threads that serve everybody (``ListThreads``).
    ///
    /// - Parameters:
    ///   - batches: The list.
    ///   - caller: Who has asked for it.
    ///   - type: What kind of text it is.
    ///   - places: How many places it takes: more than one where it holds more than a batch or two.
    /// - Returns: The answer.
    /// - Throws: as ``CallerShares/take(_:places:)``.
    static func list(
        _ batches: some ListBatches,
        for caller: UserID,
        type: String = Answer.jsonType,
        places: Int = 1
    ) throws(MusterError) -> Response {
        let share = try ListShares.shared.take(caller, places: places)
        let lane = ListThreads.shared.lane(for: caller)
        let body = ResponseBody { writer in
            try await withTaskExecutorPreference(lane) { try await batches.write(to: &writer) }
            try await writer.finish(nil)
            withExtendedLifetime(share) {}
        }
        return Response(status: .ok, headers: [.contentType: type], body: body)
    }

    /// A list that is here as a whole; a long one takes more than one place.
    ///
    /// - Throws: as ``CallerShares/take(_:places:)``.
    static func page(_ answer: Answer, for caller: UserID) throws(MusterError) -> Response {
        var response = Response(answer)
        guard let bytes = answer.body, bytes.count > ListShares.free else { return response }
        let places = max(1, bytes.count / ListShares.bytesOfPlace)
        let share = try ListShares.shared.take(caller, places: places)
        response.body = ResponseBody(contentLength: bytes.count) { writer in
            try await writer.write(ByteBuffer(bytes: bytes))
            try await writer.finish(nil)
            withExtendedLifetime(share) {}
        }
        return response
    }
}
