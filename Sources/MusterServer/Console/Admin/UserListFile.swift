import Hummingbird
import MusterConsole
import MusterCore
import NIOCore

/// Users who were found, as comma-separated values for a spreadsheet, batch by batch.
struct UserListFile: ListBatches {
    /// How many users are read at a time.
    static let batchSize = 1000

    let users: UserService
    let principal: Principal
    let query: UserQuery
    let columns: [UserColumn]
    let texts: UsersTexts
    let lockout: LockoutRule
    let now: Timestamp
    let line: @Sendable ([String]) -> String
    let first: [User]

    @concurrent func write(to writer: inout any ResponseBodyWriter) async throws {
        var query = query
        var batch = first
        var text = line([texts.username, texts.name] + columns.map { $0.name(texts) })
        while true {
            for user in batch { text += line(cells(user)) }
            try await writer.write(ByteBuffer(string: text))
            guard batch.count == UserListFile.batchSize, let last = batch.last else { return }
            text = ""
            query.after = last.id
            batch = try await users.pageInTurn(by: principal, query)
        }
    }

    private func cells(_ user: User) -> [String] {
        let isLocked = lockout.locks(user.logins, at: now)
        let values = columns.map { $0.text(user, texts, isLocked: isLocked, at: now) }
        return ([user.username.text, user.name ?? ""] + values).map(UserListFile.harmless)
    }

    /// A text that no spreadsheet takes for a formula: with an apostrophe in front of what begins one, as OWASP's page on CSV
    /// injection asks.
    private static func harmless(_ text: String) -> String {
        guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) else { return text }
        return "'" + text
    }
}
