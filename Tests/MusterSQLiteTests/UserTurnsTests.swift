import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Users who meet conditions and stand far from where a page begins")
struct UserTurnsTests {
    private static let count = 700

    /// Those of a third begin with `zoe`, and others have it in their address.
    ///
    /// By their names, too, most of a third begin with it, so that they stand together in that order; five stand before them, and
    /// three behind.
    private static func draft(_ number: Int) -> UserDraft {
        guard number < 248 else {
            return UserDraft(
                username: Username(stored: "user\(1_000 - number)@example.com"),
                name: number % 2 == 0 ? nil : "Mia \(number * 7_919 % count)",
                email: number % 4 == 0 ? "m\(number)@zoe.test" : nil,
                role: .standard
            )
        }
        let name = number < 240 ? "Zoe" : number < 245 ? "Anna" : "Zzz"
        return UserDraft(
            username: Username(stored: "zoe.\(number)@example.com"),
            name: "\(name) \(number * 7 % 248)",
            email: number % 3 == 0 ? "ZOE\(number)@example.com" : nil,
            role: .standard
        )
    }

    /// How far users are looked for, so that each way is gone among these few.
    static let ways: [UserTurns] = {
        var small = UserTurns()
        small.first = [(0, 3), (10, 6)]
        (small.few, small.together, small.aside) = (8, 400, 20)
        (small.many, small.stretch, small.glimpse) = (100_000, 40, 30)
        var apartFromNobody = small
        apartFromNobody.aside = 0
        var tooMany = small
        (tooMany.together, tooMany.many) = (0, 0)
        var sorted = tooMany
        (sorted.most, sorted.crowd) = (100_000, .infinity)
        var unsorted = sorted
        unsorted.most = 0
        // Of the runs of a text the index tells more, or less, than it does usually.
        var glanced = small
        (glanced.head, glanced.sure, glanced.more) = (3, 0, 12)
        var asked = small
        (asked.head, asked.sure) = (500, 500)
        return [small, apartFromNobody, tooMany, sorted, unsorted, glanced, asked]
    }()

    @Test("are the same, whichever way they are come by", arguments: ways.indices)
    func agree(_ way: Int) async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let users = try await store.write { transaction throws(MusterError) in
            var users: [User] = []
            for number in 0..<Self.count {
                let draft = Self.draft(number)
                users.append(
                    try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
                )
            }
            return users
        }
        // The index of texts has some as they were, and some not at all.
        try await store.write { transaction throws(MusterError) in
            for number in [3, 245, 300] {
                var user = users[number]
                user.name = "Mia zoe \(number)"
                try transaction.updateUser(user, at: FixedClock.start)
            }
            try transaction.deleteUser(users[7].id)
            let late = UserDraft(username: Username(stored: "zoe.late@example.com"))
            _ = try transaction.insertUser(late, uuid: UUID(), at: FixedClock.start)
        }
        try store.close()
        let handle = try folder.file()
        let transaction = SQLiteTransaction(handle, sealer: SodiumSealer(MasterKey.random()))
        transaction.turns = Self.ways[way]
        for sort in UserQuery.SortField.allCases {
            for isDescending in [false, true] {
                let whole = UserQuery(limit: 10_000, sort: sort, isDescending: isDescending)
                let all = try transaction.users(whole)
                #expect(all.count == Self.count)
                for text in ["zoe", "zo", "ZOE.1", "user", "mia", "anna", "example.com", "nobody"] {
                    var query = whole
                    query.prefix = text
                    try pages(transaction, query, all) { $0.starts(with: text.foldedBytes) }
                    guard text.count >= UserQuery.minimumInfix else { continue }
                    query.prefix = nil
                    query.infix = text
                    try pages(transaction, query, all) { $0.contains(text.foldedBytes) }
                }
            }
        }
        try handle.close()
    }

    /// Pages of a query at some places hold what they should.
    private func pages(
        _ transaction: SQLiteTransaction,
        _ query: UserQuery,
        _ all: [User],
        _ isKept: ([UInt8]) -> Bool
    ) throws {
        let kept = all.filter { user in
            [user.username.text, user.displayName, user.displayEmail].contains {
                isKept($0.foldedBytes)
            }
        }
        .map(\.id)
        for start in [nil, 0, 5, kept.count / 2, kept.count - 3] as [Int?] {
            if let start, !kept.indices.contains(start) { continue }
            for limit in [1, 50, 1_000] {
                var query = query
                query.limit = limit
                query.after = start.map { kept[$0] }
                let expected = kept.dropFirst(start.map { $0 + 1 } ?? 0).prefix(limit)
                let found = try transaction.users(query).map(\.id)
                let word = query.prefix ?? query.infix ?? ""
                #expect(
                    found == Array(expected),
                    "\(word) by \(query.sort), \(query.isDescending), \(start ?? -1), \(limit)"
                )
            }
        }
    }
}

extension String {
    fileprivate var foldedBytes: [UInt8] { Array(lowercased().utf8) }
}
