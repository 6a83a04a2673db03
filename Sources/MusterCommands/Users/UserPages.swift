import MusterClient

/// A list of users, asked for page by page.
struct UserPages {
    /// How many users the first page holds, which somebody waits for, and how many each other.
    private static let sizes = (first: 500, other: 5000)

    private let filter: MusterClient.UserFilter
    private var last: Int64?
    private var isFinished = false

    init(_ filter: MusterClient.UserFilter) {
        self.filter = filter
    }

    /// The next page; nil after the last.
    ///
    /// - Throws: ``CommandError``.
    mutating func next(
        from server: Server,
        atMost limit: Int
    ) async throws(CommandError) -> [UserRecord]? {
        guard !isFinished else { return nil }
        let size = min(limit, last == nil ? UserPages.sizes.first : UserPages.sizes.other)
        let page = try await server.ask(UserArgument.noun) { [filter, last] in
            try await $0.users.page(filter, after: last, limit: size).users
        }
        last = page.last?.id
        isFinished = page.count < size || last == nil
        return page
    }
}

extension Server {
    /// Prints a list of users, page by page as they come.
    ///
    /// - Parameters:
    ///   - pages: The list.
    ///   - output: How to print it.
    ///   - limit: How many users at most.
    ///   - remark: What to say beside a table of none; nil says that there are none.
    /// - Throws: ``CommandError``.
    func list(
        _ pages: UserPages,
        _ output: OutputOptions,
        atMost limit: Int = .max,
        orSay remark: String? = nil
    ) async throws {
        var pages = pages
        var list = output.list(.user, orSay: remark)
        var left = limit
        while left > 0, let page = try await pages.next(from: self, atMost: left) {
            try list.append(page.map(\.shown))
            left -= page.count
        }
        try list.finish()
    }
}
