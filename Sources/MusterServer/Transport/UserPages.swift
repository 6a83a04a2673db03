import Hummingbird
import MusterCore
import NIOCore
import WireJSON

/// Writes a list of users of any length, batch by batch as they are read, in the memory of one batch.
struct UserPages: Sendable {
    /// How many users are read at a time, at most.
    static let batchSize = 500

    /// Room for one user's record.
    fileprivate static let recordCapacity = 768

    typealias Writer = @Sendable (User, inout JSONWriter) -> Void

    private let users: UserService
    private let principal: Principal
    private let query: UserQuery
    /// How many users there are to be at most; nil for all.
    private let most: Int?

    /// Builds what answers a query; one without a limit asks for all users.
    init(_ users: UserService, by principal: Principal, _ query: UserQuery, hasLimit: Bool) {
        self.users = users
        self.principal = principal
        most = hasLimit ? query.limit : nil
        var batches = query
        batches.limit = min(query.limit, UserPages.batchSize)
        self.query = batches
    }

    /// Reads the first batch.
    ///
    /// - Throws: as ``MusterCore/UserService/page(by:_:)``.
    func first() async throws(MusterError) -> [User] {
        try await users.pageInTurn(by: principal, query)
    }

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
    ///
    /// - Throws: as ``CallerShares/take(_:)``.
    func respond(
        _ first: [User],
        _ writeUser: @escaping Writer,
        ending: @escaping @Sendable (inout JSONWriter) -> Void = { _ in }
    ) throws(MusterError) -> Response {
        guard first.count == query.limit, first.count != most else {
            let answer = UserPages.answer(first, writeUser, ending: ending)
            return try Response.page(answer, for: principal.user.id)
        }
        let stream = UserStream(
            users: users,
            principal: principal,
            first: first,
            query: query,
            most: most,
            writeUser: writeUser,
            ending: ending
        )
        return try Response.list(stream, for: principal.user.id)
    }
}

/// The batches of a list.
private struct UserStream: ListBatches {
    let users: UserService
    let principal: Principal
    let first: [User]
    let query: UserQuery
    let most: Int?
    let writeUser: UserPages.Writer
    let ending: @Sendable (inout JSONWriter) -> Void

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        var json = JSONWriter(reserving: UserPages.batchSize * UserPages.recordCapacity)
        json.beginObject()
        json.name("users")
        json.beginArray()
        var batch = first
        var query = query
        var left = most.map { $0 - first.count }
        while let last = batch.last {
            for user in batch { writeUser(user, &json) }
            try await writer.write(ByteBuffer(bytes: json.takeBytes()))
            guard batch.count == query.limit, left != 0 else { break }
            query.after = last.id
            query.limit = min(query.limit, left ?? query.limit)
            batch = try await users.pageInTurn(by: principal, query)
            left = left.map { $0 - batch.count }
        }
        json.endArray()
        ending(&json)
        json.endObject()
        try await writer.write(ByteBuffer(bytes: json.takeBytes()))
    }
}
