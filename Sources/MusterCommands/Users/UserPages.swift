import WireJSON

/// A list of users, asked for page by page.
struct UserPages {
    /// How many users the first page holds, which somebody waits for, and how many each other.
    private static let sizes = (first: 500, other: 5000)

    private let query: [(name: String, value: String?)]
    private var last: Int64?
    private var isFinished = false

    init(query: [(name: String, value: String?)]) {
        self.query = query
    }

    /// The next page; nil behind the last.
    ///
    /// - Throws: ``CommandError``.
    mutating func next(
        from server: Server,
        atMost limit: Int
    ) async throws(CommandError) -> [JSONObject]? {
        guard !isFinished else { return nil }
        let size = min(limit, last == nil ? UserPages.sizes.first : UserPages.sizes.other)
        let path = ServerPath("/muster/v1/users").with(
            query + [("limit", String(size)), ("after", last.map { String($0) })]
        )
        let page = try await server.ask(.get, path).list("users")
        last = page.last?.integer("id")
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
            try list.append(page)
            left -= page.count
        }
        try list.finish()
    }
}
