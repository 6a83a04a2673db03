import FoundationEssentials
import MusterCore
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Users who begin with a text")
struct PrefixSearchTests {
    private static let count = 6_000

    /// Begin with: `user` everybody; `late` the last fifty by number; `some` every ninth by name; `most` all but a few by
    /// address; nobody `zz`.
    private static func draft(_ number: Int) -> UserDraft {
        let digits = String(String(100_000 + number * 7_919 % count).dropFirst())
        return UserDraft(
            username: Username(stored: "user\(digits)-\(number)@example.com"),
            name: number % 9 == 0 ? "Some \(number)" : number > count - 50 ? "Late \(number)" : nil,
            email: number > 200 ? "MOST\(number)@example.com" : nil,
            role: .standard
        )
    }

    @Test("are the same whether few or many do, in every order, at every place")
    func agree() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        try await store.write { transaction throws(MusterError) in
            for number in 0..<Self.count {
                _ = try transaction.insertUser(
                    Self.draft(number),
                    uuid: UUID(),
                    at: FixedClock.start
                )
            }
        }
        for sort in UserQuery.SortField.allCases {
            for isDescending in [false, true] {
                let whole = UserQuery(limit: 10_000, sort: sort, isDescending: isDescending)
                let all = try users(store, whole)
                #expect(all.count == Self.count)
                for prefix in ["user", "USER0", "late", "some", "most", "zz"] {
                    var query = whole
                    query.prefix = prefix
                    let kept = all.filter { Self.begins($0, with: prefix) }
                    try pages(store, query, kept.map(\.id))
                }
            }
        }
    }

    /// Pages of a query at some places hold what they should.
    private func pages(_ store: SQLiteStore, _ query: UserQuery, _ expected: [UserID]) throws {
        for start in [nil, 0, 5, expected.count / 2, expected.count - 3] as [Int?] {
            if let start, !expected.indices.contains(start) { continue }
            for (limit, offset) in [(10, 0), (50, 7)] {
                var query = query
                query.limit = limit
                query.offset = offset
                query.after = start.map { expected[$0] }
                let rest = expected.dropFirst(start.map { $0 + 1 } ?? 0)
                let found = try users(store, query).map(\.id)
                #expect(
                    found == Array(rest.dropFirst(offset).prefix(limit)),
                    "\(query.prefix ?? "") by \(query.sort), \(query.isDescending), \(start ?? -1)"
                )
            }
        }
    }

    private func users(_ store: SQLiteStore, _ query: UserQuery) throws -> [User] {
        try store.readNow { reader throws(MusterError) in try reader.users(query) }
    }

    private static func begins(_ user: User, with prefix: String) -> Bool {
        [user.username.text, user.displayName, user.displayEmail].contains {
            $0.lowercased().hasPrefix(prefix.lowercased())
        }
    }
}
