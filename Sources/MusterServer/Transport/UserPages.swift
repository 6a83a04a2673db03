import Hummingbird
import MusterCore
import NIOCore
import WireJSON

/// Writes a list of users of any length, batch by batch as they are read, in the memory of one batch.
struct UserPages: Sendable {
    /// How many users are read at a time where the caller sets no limit.
    static let batchSize = 500

    /// Room for one user's record.
    private static let recordCapacity = 768

    typealias Writer = @Sendable (User, inout JSONWriter) -> Void

    let users: UserService
    let principal: Principal
    let query: UserQuery
    /// Whether more batches follow the first until there are no more users.
    let goesOn: Bool

    /// Answers with `{"users":[...]}`, all of which are here.
    static func answer(
        _ users: [User],
        _ writeUser: Writer,
        ending: (inout JSONWriter) -> Void = { _ in }
    ) -> Answer {
        Answer.json(reserving: 64 + users.count * recordCapacity) { json in
            json.object { json in
                json.name("users")
                json.array { json in
                    for user in users { writeUser(user, &json) }
                }
                ending(&json)
            }
        }
    }

    /// Answers with `{"users":[...]}`, beginning with a batch that was read already.
    func respond(
        _ first: [User],
        _ writeUser: @escaping Writer,
        ending: @escaping @Sendable (inout JSONWriter) -> Void = { _ in }
    ) -> Response {
        guard goesOn, first.count == query.limit else {
            return Response(UserPages.answer(first, writeUser, ending: ending))
        }
        let body = ResponseBody { body in
            var json = JSONWriter(reserving: UserPages.batchSize * UserPages.recordCapacity)
            json.beginObject()
            json.name("users")
            json.beginArray()
            var batch = first
            var query = query
            while let last = batch.last {
                for user in batch { writeUser(user, &json) }
                try await body.write(ByteBuffer(bytes: json.takeBytes()))
                guard batch.count == query.limit else { break }
                query.after = last.id
                batch = try await users.pageApart(by: principal, query)
            }
            json.endArray()
            ending(&json)
            json.endObject()
            try await body.write(ByteBuffer(bytes: json.takeBytes()))
            try await body.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: Answer.jsonType], body: body)
    }
}
