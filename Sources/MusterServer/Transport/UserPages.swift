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

    /// The beginning of a list.
    struct Beginning: Sendable {
        fileprivate let list: UserList
        /// How many users there are to be at most; nil for all.
        fileprivate let most: Int?

        /// The revision of the snapshot in which it was read; 0 unless it was asked for.
        var revision: Int64 { list.revision ?? 0 }
        /// How many users the query keeps; nil unless it was asked for.
        var total: ListTotal? { list.total }
    }

    private let users: UserService
    private let principal: Principal

    init(_ users: UserService, by principal: Principal) {
        self.users = users
        self.principal = principal
    }

    /// Reads the first batch, in the caller's turn where that takes long.
    ///
    /// - Parameters:
    ///   - group: The group whose members are listed; nil for all users.
    ///   - isCounted: Whether all that the query keeps are counted.
    ///   - isTagged: Whether the revision is asked for.
    ///   - input: Reads what is asked for, and whether it has a limit of its own; without one it is all users. It is
    ///     called once, and what it throws is said after what speaks against the group.
    /// - Returns: The beginning of the list.
    /// - Throws: as ``MusterCore/UserService/list(_:by:)``.
    func first(
        membersOf group: GroupReference? = nil,
        isCounted: Bool = false,
        isTagged: Bool = false,
        _ input: () throws(MusterError) -> (query: UserQuery, hasLimit: Bool)
    ) async throws(MusterError) -> Beginning {
        var most: Int?
        let query = Result { () throws(MusterError) in
            var (query, hasLimit) = try input()
            most = hasLimit ? query.limit : nil
            query.limit = min(query.limit, UserPages.batchSize)
            return query
        }
        let request = UserListRequest(
            query,
            membersOf: group,
            isCounted: isCounted,
            isTagged: isTagged
        )
        return Beginning(list: try await users.listInTurn(request, by: principal), most: most)
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
                    // Looked at where they are, not copied.
                    let users = users.span
                    for place in users.indices { writeUser(users[place], &json) }
                }
                ending(&json)
            }
        }
    }

    /// Answers with `{"users":[...]}`, beginning with a batch that was read already.
    ///
    /// - Throws: as ``CallerShares/take(_:)``.
    func respond(
        _ first: Beginning,
        _ writeUser: @escaping Writer,
        ending: @escaping @Sendable (inout JSONWriter) -> Void = { _ in }
    ) throws(MusterError) -> Response {
        let found = first.list.users
        guard found.count == first.list.query.limit, found.count != first.most else {
            let answer = UserPages.answer(found, writeUser, ending: ending)
            return try Response.page(answer, for: principal.payer)
        }
        let stream = UserStream(
            users: users,
            principal: principal,
            first: found,
            query: first.list.query,
            most: first.most,
            writeUser: writeUser,
            ending: ending
        )
        return try Response.list(stream, for: principal.payer)
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
