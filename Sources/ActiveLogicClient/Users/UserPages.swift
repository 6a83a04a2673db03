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
    /// How many users a page has.
    static let size = 2_000

    let session: Session
    /// Whether all pages have to be of one revision.
    let isStrict: Bool

    /// Reads all pages.
    ///
    /// Users created or removed meanwhile may be in the list or not; all others are there once.
    ///
    /// - Throws: ``ActiveLogicError``.
    func fetch(known: Int64?) async throws(ActiveLogicError) -> Fetched<User> {
        let first = try await session.send(request(after: nil, known: known))
        if first.isUnchanged { return .unchanged }
        var users = try UserPages.users(first)
        guard session.capabilities.contains(.paging) else {
            return .list(users, revision: first.revision)
        }
        var count = users.count
        while count == UserPages.size, let last = users.last {
            let answer = try await session.send(request(after: last.id, known: nil))
            guard !isStrict || answer.revision == first.revision else {
                throw .newDataCommitted(requestID: answer.requestID)
            }
            let page = try UserPages.users(answer)
            guard page.first.map({ $0.id > last.id }) ?? true else {
                throw .malformedAnswer(requestID: answer.requestID)
            }
            users += page
            count = page.count
        }
        return .list(users, revision: first.revision)
    }

    private func request(after last: Int64?, known: Int64?) -> Request {
        var query = ""
        if session.capabilities.contains(.paging) {
            query = "?limit=\(UserPages.size)" + (last.map { "&after=\($0)" } ?? "")
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
