import TextBytes

extension TenableIO {
    /// Events of the audit log, read page by page while they are asked for.
    ///
    /// Made by ``AuditLog/stream(_:matchingAny:newestFirst:pageSize:)``. What is recorded meanwhile comes at the end; with
    /// the newest first it is left out. After an error there is nothing more, and a cancelled task gets the error
    /// `cancelled` instead of the next event.
    public struct AuditEventList: AsyncSequence, Sendable {
        /// An event.
        public typealias Element = AuditEvent
        /// The one error of this library.
        public typealias Failure = TenableError

        let tio: TenableIO
        let search: AuditSearch
        let pageSize: Int

        /// Begins at the first event; each iterator asks the server again.
        public func makeAsyncIterator() -> Iterator {
            Iterator(list: self)
        }

        /// Reads event after event.
        public struct Iterator: AsyncIteratorProtocol {
            private let list: AuditEventList
            private var page: ArraySlice<AuditEvent> = []
            /// The events of the page before: new ones push some of them to this one.
            private var known: Set<ByteText> = []
            /// What the last page said; nil before the first.
            private var mark: ByteText?
            private var isAtEnd = false

            init(list: AuditEventList) {
                self.list = list
            }

            /// The next event; nil at the end.
            ///
            /// - Throws: ``TenableError``.
            public mutating func next() async throws(TenableError) -> AuditEvent? {
                try await next(isolation: #isolation)
            }

            /// The next event; nil at the end.
            ///
            /// - Throws: ``TenableError``.
            public mutating func next(
                isolation actor: isolated (any Actor)?
            ) async throws(TenableError) -> AuditEvent? {
                do throws(TenableError) {
                    while page.isEmpty, !isAtEnd {
                        if Task.isCancelled { throw .cancelled }
                        try await turn()
                    }
                    guard !page.isEmpty else { return nil }
                    if Task.isCancelled { throw .cancelled }
                } catch {
                    page = []
                    isAtEnd = true
                    throw error
                }
                return page.popFirst()
            }

            private mutating func turn() async throws(TenableError) {
                let read = try await list.tio.auditPage(
                    list.search,
                    limit: list.pageSize,
                    next: mark?.text
                )
                page = read.events.filter { !known.contains(ByteText($0.id)) }[...]
                known = Set(read.events.map { ByteText($0.id) })
                // A server that leads nowhere new has nothing more.
                let behind = read.next.map { ByteText($0) }
                isAtEnd = behind == nil || behind == mark || read.events.isEmpty
                mark = behind
            }
        }
    }
}
