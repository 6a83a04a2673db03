import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterSQLite

@Suite("Lists and searches of users go along indexes")
struct UserSearchPlanTests {
    /// Every condition that a list can have, and some together.
    private static let conditions: [UserQuery] = {
        let moment = FixedClock.start
        let later = moment.advanced(by: .seconds(10))
        let filters: [[UserFilter]] = [
            [.role(.administrator)], [.enabled(false)], [.expired(by: moment)],
            [.closed(after: moment, upTo: later)],
            [.failed(moreThan: 5, after: moment, upTo: later)], [.noSecondFactor],
            [.unusedSince(moment)], [.keysUnusedSince(moment)], [.changed(since: moment)],
            [.changed(since: later)],
            [.role(.administrator), .enabled(false)],
        ]
        var queries = filters.map { UserQuery(limit: 10, filters: $0) }
        queries.append(UserQuery(limit: 10, prefix: "u"))
        queries.append(UserQuery(limit: 10, prefix: "zz"))
        queries.append(UserQuery(limit: 10, group: GroupID(rawValue: 2)))
        queries.append(
            UserQuery(limit: 10, prefix: "zz", group: GroupID(rawValue: 2), filters: filters[0])
        )
        for infix in ["zzz", "example"] {
            var query = UserQuery(limit: 10)
            query.infix = infix
            queries.append(query)
        }
        for clues in [[["zzz"], ["exa", "xam"]], [["exa"]]] {
            var query = UserQuery(limit: 10)
            query.clues = clues
            queries.append(query)
        }
        queries.append(UserQuery(limit: 10))
        return queries
    }()

    @Test(
        "whatever is asked for, in every order, at every place: nobody is sorted but those of a page or of one condition",
        arguments: UserQuery.SortField.allCases,
        [false, true]
    )
    func plans(_ sort: UserQuery.SortField, _ isDescending: Bool) async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        let users = try await store.write { transaction throws(MusterError) in
            var users: [User] = []
            for number in 0..<1_300 {
                let draft = UserDraft(username: Username(stored: "u\(number)@example.com"))
                users.append(
                    try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
                )
            }
            return users
        }
        try store.close()
        let handle = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
        let transaction = SQLiteTransaction(handle, sealer: SodiumSealer(MasterKey.random()))
        var statements: Set<StatementText> = []
        for turns in [UserTurns()] + UserTurnsTests.ways {
            transaction.turns = turns
            for condition in Self.conditions {
                for after in [nil, users[1].id] {
                    var query = condition
                    (query.sort, query.isDescending, query.after) = (sort, isDescending, after)
                    _ = try transaction.users(query)
                    _ = try transaction.userTotal(query)
                    _ = try transaction.fewUsers(withClues: query.clues, limit: 20)
                    statements.formUnion(handle.statements.keys)
                }
            }
        }
        let asked = statements.filter { $0.sql.contains(" user AS ") }
        #expect(asked.count > 50)
        for text in asked { try check(text, handle, sort) }
    }

    private func check(
        _ text: StatementText,
        _ handle: SQLiteHandle,
        _ sort: UserQuery.SortField
    ) throws {
        let unknown = [(any SQLArgument)?](repeating: nil, count: text.sql.count { $0 == "?" })
        let steps = try handle.rows("EXPLAIN QUERY PLAN \(text)", unknown) { $0[3] as String }
        // What is gone through is in the order of an index and ends with a page, is bounded or is an index of one condition.
        let bounded = [
            "SCAN (", "SCAN CONSTANT", "SCAN f", "SCAN found", "SCAN g", "SCAN j VIRTUAL",
            "SCAN page", "SCAN s", "SCAN sample",
            "SCAN span", "SCAN t VIRTUAL", "SCAN u USING", "SCAN a USING INDEX user_failed",
            "SCAN a USING INDEX user_without_factor",
        ]
        for step in steps where step.hasPrefix("SCAN") && !bounded.contains(where: step.hasPrefix) {
            #expect(
                step == "SCAN u" && (sort == .id || text.sql.contains("LIMIT 1)")),
                "\(step): \(text.sql)"
            )
        }
        // Those who are looked at in an order are not sorted; those of one condition are, and then their page is.
        let sorts = steps.count { $0.hasPrefix("USE TEMP B-TREE FOR ORDER BY") }
        #expect(sorts <= (text.sql.contains("AS found") ? 2 : 0), "\(steps): \(text.sql)")
    }

    @Test("the members of a group are read from its index, and no row is asked whether it is one")
    func members() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        _ = try await store.insert("u1@example.com")
        try store.close()
        var query = UserQuery(limit: 51, group: GroupID(rawValue: 2))
        query.after = UserID(rawValue: 1)
        let asked = query
        let plans = try folder.plans { _ = try $0.users(asked) }
        // The other one is of the groups that each of them is in.
        #expect(plans.count { $0.hasPrefix("SEARCH m ") } == 2, "\(plans)")
        let isDear = plans.contains { $0.hasPrefix("SCAN") || $0.contains("TEMP B-TREE") }
        #expect(!isDear, "\(plans)")
    }

    @Test(
        "a change of a user writes what it is called into the index when many have come, and not one by one"
    )
    func cost() async throws {
        let folder = try StoreFolder()
        let store = try folder.open()
        for number in 0..<10 { _ = try await store.insert("u\(number)@example.com") }
        try store.close()
        let handle = try SQLiteHandle(asItIs: folder.folder.file("muster.sqlite"))
        #expect(try handle.numbers("SELECT indexed_to FROM user_search") == [0])
        #expect(try handle.numbers("SELECT user_count FROM user_search") == [10])
        let transaction = SQLiteTransaction(handle, sealer: SodiumSealer(MasterKey.random()))
        try handle.inTransaction {
            for number in 10..<600 {
                let draft = UserDraft(username: Username(stored: "u\(number)@example.com"))
                _ = try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
            }
            try transaction.noteUsers(GroupTally())
        }
        #expect(try handle.numbers("SELECT indexed_to FROM user_search") == [601])
        let before = handle.totalChanges
        let user = try #require(try transaction.user(.username("u7@example.com")))
        var other = user
        other.name = "Seven"
        try transaction.updateUser(other, at: FixedClock.start)
        #expect(handle.totalChanges - before == 2, "the user, and what the index has of it")
        other.name = "7"
        try transaction.updateUser(other, at: FixedClock.start)
        #expect(handle.totalChanges - before == 3, "what the index has is there already")
        try transaction.updateUser(other, at: FixedClock.start)
        #expect(handle.totalChanges - before == 4, "nothing that is searched for has changed")
    }
}
