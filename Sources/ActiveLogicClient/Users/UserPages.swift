import ActiveLogicAPI
import ClientTransport
import NIOHTTP1
import WireJSON

/// A list as the server gave it.
enum Fetched<Element: Sendable>: Sendable {
    /// What was known is still true.
    case unchanged
    /// The elements, and the revision at which they were read.
    case list([Element], revision: Int64?)
}

/// The list of all users, read page by page, so that no answer grows with the directory.
struct UserPages {
    /// How many users a page has, unless somebody says otherwise.
    static let standardSize = 2_000
    /// How many users a page may have, as the server has it.
    static let sizes = 1...10_000

    /// A page, and the revision at which it was read.
    struct Page {
        let users: [User]
        let revision: Int64?
        /// Whether there may be another after it.
        let goesOn: Bool
    }

    let session: Session
    /// How many users a page has.
    var size = UserPages.standardSize
    /// Whether all pages have to be of one revision.
    let isStrict: Bool

    /// Reads all pages.
    ///
    /// Users created or removed meanwhile may be in the list or not; all others are there once.
    ///
    /// - Throws: ``ActiveLogicError``.
    func fetch(known: Int64?) async throws(ActiveLogicError) -> Fetched<User> {
        let answer = try await session.send(request(after: nil, known: known))
        if answer.isUnchanged { return .unchanged }
        let first = try page(answer, after: nil)
        var users = first.users
        var goesOn = first.goesOn
        while goesOn, let last = users.last {
            let next = try await page(after: last.id)
            guard !isStrict || next.revision == first.revision else { throw .newDataCommitted() }
            users += next.users
            goesOn = next.goesOn
        }
        return .list(users, revision: first.revision)
    }

    /// Reads the page after a user; the first if there is none.
    ///
    /// - Throws: ``ActiveLogicError``.
    func page(after last: Int64?) async throws(ActiveLogicError) -> Page {
        try page(try await session.send(request(after: last, known: nil)), after: last)
    }

    private func page(_ answer: Answer, after last: Int64?) throws(ActiveLogicError) -> Page {
        let users = try UserPages.users(answer)
        if let last, let first = users.first, first.id <= last {
            throw .malformedAnswer(requestID: answer.requestID)
        }
        return Page(
            users: users,
            revision: answer.revision,
            goesOn: session.capabilities.contains(.paging) && users.count == size
        )
    }

    private func request(after last: Int64?, known: Int64?) -> Request {
        var query = ""
        if session.capabilities.contains(.paging) {
            query = "?limit=\(size)" + (last.map { "&after=\($0)" } ?? "")
        }
        var request = Request(.GET, "/users", path: "/users" + query)
        request.know(known)
        return request
    }

    private static func users(_ answer: Answer) throws(ActiveLogicError) -> [User] {
        guard case .array(let values)? = try answer.object()["users"] else {
            throw .malformedAnswer(requestID: answer.requestID)
        }
        let users = values.compactMap { value in UserRecord(value).map { User($0) } }
        guard users.count == values.count else {
            throw .malformedAnswer(requestID: answer.requestID)
        }
        return users
    }
}
