import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Runs of three characters of which the index is asked for those that few have")
struct UserRunsTests {
    private static let count = 700

    /// The number in the directory of a user who is called by a number; the first one has the second.
    private static func id(_ number: Int) -> Int64 { Int64(number) + 2 }

    private let folder = try? StoreFolder()

    /// Users whose names and addresses have much in common, as the index has them all, and a connection to them.
    private func transaction(
        called name: @escaping @Sendable (Int) -> String = { "Bench User \($0)" }
    ) async throws -> SQLiteTransaction {
        let folder = try #require(folder)
        let store = try folder.open()
        try await store.write { transaction throws(MusterError) in
            for number in 0..<Self.count {
                let draft = UserDraft(
                    username: Username(stored: "user\(number)@example.com"),
                    name: name(number)
                )
                _ = try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
            }
        }
        try store.close()
        return SQLiteTransaction(try folder.file(), sealer: SodiumSealer(MasterKey.random()))
    }

    private func few(_ found: SQLiteTransaction.RunsFound) -> Set<Int64>? {
        if case .few(let numbers) = found { numbers } else { nil }
    }

    private func many(_ found: SQLiteTransaction.RunsFound) -> [[String]]? {
        if case .many(let runs) = found { runs.lists } else { nil }
    }

    @Test("those are asked for first that have few texts and stand further behind")
    func order() {
        let runs = UserRuns([["a1", "a2"], ["b1"], ["c1", "c2"], ["d1"]])
        #expect(runs.likeliestFirst == [["d1"], ["b1"], ["c1", "c2"], ["a1", "a2"]])
        #expect(runs.plainest == ["d1"] && UserRuns([["1", "2", "3", "4", "5"]]).plainest == nil)
        #expect(UserRuns(of: "abcde").lists == [["abc"], ["bcd"], ["cde"]])
        #expect(UserRuns(of: String(repeating: "abcd", count: 60)).lists.count <= 12)
        #expect(
            UserRuns([["a\"b"], ["abc", "abd"]]).expression == "\"a\"\"b\" AND (\"abc\" OR \"abd\")"
        )
    }

    @Test("where few have one of them, these are all who are left")
    func rare() async throws {
        let transaction = try await transaction()
        #expect(few(try transaction.look(for: UserRuns(of: "User 577"))) == [Self.id(577)])
        // 57 stands in 57 and 570 to 579, and elsewhere in others; a blank before it tells them apart.
        let found = few(try transaction.look(for: UserRuns(of: "User 57")))
        #expect(found == Set(([57] + (570...579)).map(Self.id)))
        // Nobody has the last one, whatever stands before.
        #expect(few(try transaction.look(for: UserRuns(of: "User zz9"))) == [])
        // Of one list two texts are there.
        let either = UserRuns([["use"], ["577", "123"], ["ben"]])
        #expect(few(try transaction.look(for: either)) == [Self.id(123), Self.id(577)])
    }

    @Test("where many have each of them, those that nearly everybody has are not gone through")
    func common() async throws {
        let transaction = try await transaction()
        #expect(many(try transaction.look(for: UserRuns(of: "User 5"))) == [["r 5"]])
        let all = many(try transaction.look(for: UserRuns(of: "Bench")))
        #expect(all.map { Set($0.flatMap(\.self)) } == ["Ben", "enc", "nch"])
        // Whoever may not take long asks for some of them, and for none of many texts.
        let last = try transaction.look(for: UserRuns(of: "577 User"), asking: 2)
        #expect(few(last) == nil)
        let wide = UserRuns([["577", "x1x", "x2x", "x3x", "x4x"]])
        #expect(few(try transaction.look(for: wide, asking: 2)) == nil)
        #expect(few(try transaction.look(for: wide)) == [Self.id(577)])
    }

    @Test("a run that those have who came first, and later ones seldom, is none that everybody has")
    func clustered() async throws {
        let transaction = try await transaction { number in
            number < 60 || number % 100 == 0 ? "Bench zzz \(number)" : "Bench User \(number)"
        }
        let found = many(try transaction.look(for: UserRuns([["Ben"], ["zzz"]])))
        #expect(found == [["zzz"]])
    }

    @Test("who was changed, has gone or has come is found as its texts are now")
    func changes() async throws {
        let transaction = try await transaction()
        try transaction.handle.inTransaction {
            var user = try #require(try transaction.user(.id(UserID(rawValue: Self.id(577)))))
            user.name = "Nobody 7"
            user.email = "n577@example.com"
            try transaction.updateUser(user, at: FixedClock.start)
            var other = try #require(try transaction.user(.id(UserID(rawValue: Self.id(1)))))
            other.name = "Bench USER 577"
            try transaction.updateUser(other, at: FixedClock.start)
            let late = UserDraft(username: Username(stored: "user577@late.example"))
            _ = try transaction.insertUser(late, uuid: UUID(), at: FixedClock.start)
        }
        let clues = [["use"], ["577"]]
        let all = [1, 577, Self.count].map(Self.id)
        let few = try transaction.fewUsers(withClues: clues, limit: 20)?.map(\.id.rawValue)
        #expect(few == all)
        var query = UserQuery(limit: 50)
        query.clues = clues
        #expect(try transaction.users(query).map(\.id.rawValue) == all)
        query.clues = []
        query.infix = "user 577"
        #expect(try transaction.users(query).map(\.id.rawValue) == [Self.id(1)])
        #expect(try transaction.userTotal(query) == ListTotal(1))
    }

    @Test("few are found at once where the index is short, knows nearly all, and tells by few runs")
    func bounds() async throws {
        let transaction = try await transaction()
        func few(_ clues: [[String]], limit: Int = 20) throws -> Int? {
            try transaction.fewUsers(withClues: clues, limit: limit)?.count
        }
        #expect(try few([["use"], ["577"]]) == 1)
        #expect(try few([["use"]]) == nil && few([["use"], ["ser"], ["ben"]]) == nil)
        #expect(try few([["577", "123", "234"]], limit: 2) == nil)
        #expect(try few([["57\0"]]) == 0)
        transaction.turns.indexed = Self.count - 1
        #expect(try few([["577"]]) == nil)
        transaction.turns = UserTurns()
        transaction.turns.fresh = 0
        #expect(try few([["577"]]) == 1)
        try transaction.handle.inTransaction {
            let late = UserDraft(username: Username(stored: "late@example.com"))
            _ = try transaction.insertUser(late, uuid: UUID(), at: FixedClock.start)
        }
        #expect(try few([["577"]]) == nil)
    }

    @Test("a list of the index is read from its beginning, in the order of numbers")
    func plans() async throws {
        let handle = try await transaction().handle
        try handle.close()
        let plans = try #require(folder).plans(holding: "user_text") { transaction in
            _ = try transaction.fewUsers(withClues: [["577"]], limit: 20)
        }
        #expect(plans.contains { $0.hasPrefix("SCAN t VIRTUAL TABLE") })
        let isDear = plans.contains { $0.contains("TEMP B-TREE") || $0.hasPrefix("SCAN a") }
        #expect(!isDear, "\(plans)")
        #expect(plans.contains { $0.hasPrefix("SEARCH a USING INTEGER PRIMARY KEY") }, "\(plans)")
    }
}
