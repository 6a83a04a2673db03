import ClientTransport
import NIOHTTP1
import TenableAPI

extension TenableIO {
    /// A list of users, read page by page while it is asked for.
    ///
    /// Servers that know no pages answer with all users at once, which this finds out by itself. Users created
    /// or removed meanwhile may be in the list or not; all others are there once. After an error there is nothing
    /// more, and a cancelled task gets the error `cancelled` instead of the next user.
    public struct UserList: AsyncSequence, Sendable {
        /// A user.
        public typealias Element = User
        /// The one error of this library.
        public typealias Failure = TenableError

        private let tio: TenableIO
        private let route: String
        private let path: String
        private let roles: [String]
        private let search: [String]
        private let pageSize: Int

        init(
            _ tio: TenableIO,
            _ route: String,
            path: String? = nil,
            withRoles: Bool = false,
            prefix: String? = nil,
            pageSize: Int
        ) {
            self.tio = tio
            self.route = route
            self.path = path ?? route
            self.pageSize = Swift.min(Swift.max(pageSize, 1), 10_000)
            roles = withRoles ? ["withRoles=true"] : []
            search = prefix.map { ["q=" + PercentEncoding.encode($0)] } ?? []
        }

        /// Begins at the first user; each iterator asks the server again.
        public func makeAsyncIterator() -> Iterator {
            Iterator(list: self)
        }

        /// All users in an array.
        ///
        /// - Throws: ``TenableError``.
        public func all() async throws(TenableError) -> [User] {
            var users: [User] = []
            var iterator = makeAsyncIterator()
            while let user = try await iterator.next(isolation: #isolation) { users.append(user) }
            return users
        }

        /// Reads user after user.
        public struct Iterator: AsyncIteratorProtocol {
            private let list: UserList
            private var page: ArraySlice<User> = []
            /// After whom the next page begins; nil before the first.
            private var last: Int64?
            private var isAtEnd = false

            init(list: UserList) {
                self.list = list
            }

            /// The next user; nil at the end.
            ///
            /// - Throws: ``TenableError``.
            public mutating func next() async throws(TenableError) -> User? {
                try await next(isolation: #isolation)
            }

            /// The next user; nil at the end.
            ///
            /// - Throws: ``TenableError``.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(TenableError) -> User? {
                guard !page.isEmpty || !isAtEnd else { return nil }
                do throws(TenableError) {
                    if Task.isCancelled { throw .cancelled }
                    if page.isEmpty { try await turn() }
                } catch {
                    page = []
                    isAtEnd = true
                    throw error
                }
                return page.popFirst()
            }

            private mutating func turn() async throws(TenableError) {
                let users: [User]
                do {
                    users = try await list.page(after: last)
                } catch let error where error.kind == .badRequest && last == nil {
                    // A server that takes no parameters it does not know has no pages either.
                    page = try await list.everybody()[...]
                    isAtEnd = true
                    return
                }
                if let last, users.contains(where: { $0.id.number == last }) {
                    // The server showed the same again: it knows no pages, and all were on the first.
                    isAtEnd = true
                    return
                }
                page = users[...]
                isAtEnd = users.count != list.pageSize
                last = users.last?.id.number
            }
        }

        private func page(after last: Int64?) async throws(TenableError) -> [User] {
            let after = last.map { ["after=\($0)"] } ?? []
            return try await users(["limit=\(pageSize)"] + after + roles + search)
        }

        /// All users, asked for without anything that only some servers know.
        private func everybody() async throws(TenableError) -> [User] {
            try await users(roles)
        }

        private func users(_ parameters: [String]) async throws(TenableError) -> [User] {
            let query = parameters.isEmpty ? "" : "?" + parameters.joined(separator: "&")
            let request = Request(.GET, route, path: path + query)
            return try await tio.records(request, under: "users") {
                object throws(TenableFieldError) in
                try User(object)
            }
        }
    }
}
