import ClientTransport
import NIOHTTP1

extension MusterClient {
    /// A page of users.
    public struct UserPage: Sendable {
        /// The users.
        public let users: [UserRecord]
        /// How many users the filter keeps, on this page or not.
        public let total: Int64
        /// Whether the number is estimated, because there are more than are counted.
        public let isTotalEstimate: Bool
    }

    /// Users, read page by page while they are asked for.
    ///
    /// Made by ``Users/list(_:pageSize:)``. After an error there is nothing more, and a cancelled task gets the error
    /// `cancelled` instead of the next user.
    public struct UserList: AsyncSequence, Sendable {
        /// A user.
        public typealias Element = UserRecord
        /// The one error of this library.
        public typealias Failure = MusterClientError

        let users: Users
        let filter: UserFilter
        let pageSize: Int

        /// Begins at the first user; each iterator asks the server again.
        public func makeAsyncIterator() -> Iterator {
            Iterator(list: self)
        }

        /// Reads user after user.
        public struct Iterator: AsyncIteratorProtocol {
            private let list: UserList
            private var page: ArraySlice<UserRecord> = []
            private var last: Int64?
            private var isAtEnd = false

            init(list: UserList) {
                self.list = list
            }

            /// The next user; nil at the end.
            ///
            /// - Throws: ``MusterClientError``.
            public mutating func next() async throws(MusterClientError) -> UserRecord? {
                try await next(isolation: #isolation)
            }

            /// The next user; nil at the end.
            ///
            /// - Throws: ``MusterClientError``.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(MusterClientError) -> UserRecord? {
                if Task.isCancelled { throw .cancelled }
                if page.isEmpty, !isAtEnd {
                    do throws(MusterClientError) {
                        try await turn()
                    } catch {
                        isAtEnd = true
                        throw error
                    }
                }
                return page.popFirst()
            }

            private mutating func turn() async throws(MusterClientError) {
                let users = try await list.users.page(
                    list.filter,
                    after: last,
                    limit: list.pageSize
                )
                .users
                // A page that does not go on is none of a server that could be led to its end.
                isAtEnd = users.count < list.pageSize || users.last?.id == last
                last = users.last?.id
                page = users[...]
            }
        }
    }
}

extension MusterClient.Users {
    /// The sizes that a page may have, as the server has them.
    private static let pageSizes = 1...10_000

    /// Reads all users that a filter keeps, page by page while they are asked for.
    ///
    /// - Parameters:
    ///   - filter: Which.
    ///   - pageSize: How many a request asks for, 1 to 10000.
    /// - Returns: The users.
    public func list(
        _ filter: MusterClient.UserFilter = MusterClient.UserFilter(),
        pageSize: Int = 1_000
    ) -> MusterClient.UserList {
        let sizes = MusterClient.Users.pageSizes
        let size = min(max(pageSize, sizes.lowerBound), sizes.upperBound)
        return MusterClient.UserList(users: self, filter: filter, pageSize: size)
    }

    /// Reads a page of users.
    ///
    /// - Parameters:
    ///   - filter: Which.
    ///   - last: The number of the last user that is known; nil for the first page.
    ///   - limit: How many at most, 1 to 10000.
    /// - Returns: The page; with fewer than `limit` users it is the last.
    /// - Throws: ``MusterClientError``.
    public func page(
        _ filter: MusterClient.UserFilter = MusterClient.UserFilter(),
        after last: Int64? = nil,
        limit: Int
    ) async throws(MusterClientError) -> MusterClient.UserPage {
        let place = [("limit", String(limit)), ("after", last.map { String($0) })]
        let request = Request(.GET, RequestPath("/users").with(filter.query + place))
        return try await client.record(request) { object throws(FieldError) in
            let list = try RecordList(object, "users") { user throws(FieldError) in
                try UserRecord(user)
            }
            return MusterClient.UserPage(
                users: list.records,
                total: try list.total(),
                isTotalEstimate: try list.isTotalEstimate()
            )
        }
    }
}
