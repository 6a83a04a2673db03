/// All users by id, read page by page while they are asked for.
///
/// Made by ``Users/stream(_:pageSize:)``. A page is asked for when the one before it has been used up, so that no more
/// than one is in memory. Users created or removed meanwhile may be there or not; all others are there once. After an
/// error there is nothing more, and a cancelled task gets the error `cancelled` instead of the next user.
public struct UserStream: AsyncSequence, Sendable {
    /// A user.
    public typealias Element = User
    /// The one error of this library.
    public typealias Failure = ActiveLogicError

    let users: Users
    let pageSize: Int

    /// Begins at the first user; each iterator asks the server again.
    public func makeAsyncIterator() -> Iterator {
        Iterator(users: users, pageSize: pageSize)
    }

    /// Reads user after user.
    public struct Iterator: AsyncIteratorProtocol {
        private let users: Users
        private let pageSize: Int
        private var page: ArraySlice<User> = []
        /// After whom the next page begins; nil before the first.
        private var last: Int64?
        private var isAtEnd = false

        init(users: Users, pageSize: Int) {
            self.users = users
            self.pageSize = pageSize
        }

        /// The next user; nil at the end.
        ///
        /// - Throws: ``ActiveLogicError``.
        public mutating func next() async throws(ActiveLogicError) -> User? {
            try await next(isolation: #isolation)
        }

        /// The next user; nil at the end.
        ///
        /// - Throws: ``ActiveLogicError``.
        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(ActiveLogicError) -> User? {
            guard !page.isEmpty || !isAtEnd else { return nil }
            do throws(ActiveLogicError) {
                if Task.isCancelled { throw .cancelled }
                if page.isEmpty { try await turn() }
            } catch {
                page = []
                isAtEnd = true
                throw error
            }
            return page.popFirst()
        }

        private mutating func turn() async throws(ActiveLogicError) {
            let next = try await users.page(after: last, size: pageSize)
            page = next.users[...]
            last = next.users.last?.id
            isAtEnd = !next.goesOn
        }
    }
}

extension Users {
    /// Reads all users, by id, page by page while they are asked for.
    ///
    /// For directories that are too large for an array. Never answered from memory. A strict handle fails with
    /// `PLDBNewDataCommitted` at the first page that was read after another session's change; its own changes, made
    /// between two users, are none of another's.
    ///
    /// ```swift
    /// for try await user in users.stream(User.self) where user.timeout == 0 {
    ///     try await users.updateUser(.user(user), timeout: 3_600)
    /// }
    /// ```
    ///
    /// - Parameters:
    ///   - type: `User.self`.
    ///   - pageSize: How many users a request asks for, 1 to 10000, where the server has pages.
    /// - Returns: The users; nothing is sent yet. What ``list(_:)`` would throw is thrown at the user where it happens.
    public func stream(
        _ type: User.Type,
        pageSize: Int = 2_000
    ) -> UserStream {
        let sizes = UserPages.sizes
        return UserStream(
            users: self,
            pageSize: min(max(pageSize, sizes.lowerBound), sizes.upperBound)
        )
    }
}
