import FoundationEssentials
import MusterCore
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("The order in which changes that wait are committed")
struct WriterTurnsTests {
    private let folder: StoreFolder
    private let first = UserID(rawValue: 2)
    private let second = UserID(rawValue: 3)
    private let third = UserID(rawValue: 4)

    init() throws {
        folder = try StoreFolder()
    }

    /// All that is committed until nothing waits, commit by commit.
    private func rest(_ turns: inout WriterTurns<String>) -> [[String]] {
        var commits: [[String]] = []
        while true {
            let commit = turns.next()
            guard !commit.isEmpty else { return commits }
            commits.append(commit)
        }
    }

    @Test("changes share commits, so many at most, in the order in which they came")
    func groups() {
        var turns = WriterTurns<String>(groupLimit: 2)
        let none = rest(&turns)
        #expect(none.isEmpty)
        for change in ["a", "b", "c"] { turns.add(change) }
        let commits = rest(&turns)
        #expect(commits == [["a", "b"], ["c"]])
    }

    @Test("a batch of an import is alone, and all that waited meanwhile goes before the next one")
    func between() {
        var turns = WriterTurns<String>(groupLimit: 2)
        for batch in ["B1", "B2", "B3"] { turns.add(batch, asBatchOf: first) }
        let batch = turns.next()
        #expect(batch == ["B1"])
        for change in ["a", "b", "c", "d", "e"] { turns.add(change) }
        let commits = rest(&turns)
        #expect(commits == [["a", "b"], ["c", "d"], ["e"], ["B2"], ["B3"]])
    }

    @Test("what comes while others go before a batch does not hold it up for ever")
    func noStarving() {
        var turns = WriterTurns<String>(groupLimit: 10)
        for batch in ["B1", "B2"] { turns.add(batch, asBatchOf: first) }
        var commits = [turns.next()]
        for round in 1...3 {
            turns.add("\(round)")
            commits.append(turns.next())
        }
        #expect(commits == [["B1"], ["1"], ["B2"], ["2", "3"]])
    }

    @Test("the callers of batches take turns, with however many each comes")
    func callers() {
        var turns = WriterTurns<String>(groupLimit: 10)
        for number in 1...3 { turns.add("first \(number)", asBatchOf: first) }
        turns.add("second 1", asBatchOf: second)
        turns.add("third 1", asBatchOf: third)
        let begun = [turns.next(), turns.next()]
        turns.add("second 2", asBatchOf: second)
        let commits = (begun + rest(&turns)).flatMap(\.self)
        #expect(
            commits == ["first 1", "second 1", "third 1", "first 2", "second 2", "first 3"]
        )
    }

    @Test("batches and changes of a crowd are all made, and a batch that fails leaves nothing")
    func crowd() async throws {
        let store = try folder.open()
        let count = 60
        let codes = await withTaskGroup(of: MusterError.Code?.self) { group in
            for number in 0..<count {
                group.addTask {
                    await failure { try await WriterTurnsTests.insert(number, into: store) }?.code
                }
            }
            return await group.reduce(into: [MusterError.Code?]()) { $0.append($1) }
        }
        #expect(codes.count { $0 == nil } == count * 2 / 3)
        #expect(codes.count { $0 == .ownAccount } == count / 3)
        let names = try store.readNow { reader throws(MusterError) in
            try reader.users(UserQuery(limit: 1000)).map(\.username.text)
        }
        let made = (0..<count).filter { $0 % 3 != 2 }
        #expect(Set(names) == Set(made.map { "user\($0)@example.com" }))
    }

    /// Creates a user: of three one as a change, one as a batch, and one as a batch that fails when it has written.
    private static func insert(_ number: Int, into store: SQLiteStore) async throws {
        guard number % 3 != 0 else {
            _ = try await store.insert("user\(number)@example.com")
            return
        }
        let caller = UserID(rawValue: Int64(2 + number % 4))
        try await store.writeBatch(of: caller) { transaction throws(MusterError) in
            _ = try transaction.insertUser(
                UserDraft(username: Username(stored: "user\(number)@example.com")),
                uuid: UUID(),
                at: FixedClock.start
            )
            if number % 3 == 2 { throw MusterError(.ownAccount, "no") }
        }
    }
}
