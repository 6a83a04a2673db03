import Foundation
import MusterCore
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("A look at the feed")
struct LookTests {
    private let store: PostgresStore
    private let feed: ChangeFeed

    init() async throws {
        let server = try PostgresServer.shared.get()
        let place = try server.makePlace()
        store = try await server.open(place)
        _ = try await TestDirectory(store: store)
        feed = ChangeFeed(connection: try PostgresLink(place).connection(), place: place)
        try feed.connection.send("SET idle_in_transaction_session_timeout = 0")
        try feed.connection.settle()
    }

    /// Where the feed ends.
    private func end() throws -> FeedPlace {
        defer { feed.connection.rollBack() }
        return try feed.begin(after: nil).end
    }

    private func insert(_ names: [String]) async throws -> [UserID] {
        let arrivals = names.map { name in
            UserInsertion(uuid: UUID(), draft: UserDraft(username: Username(stored: name)))
        }
        return try await store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: FixedClock.start)
        }.compactMap(\.self)
    }

    private func giveKey(to user: UserID) async throws {
        try await store.write { transaction throws(MusterError) in
            let key = StoredAPIKey(
                accessKey: String(repeating: "a", count: APIKeyPair.textLength),
                secretDigest: Digest([UInt8](repeating: 1, count: 32)),
                createdAt: FixedClock.start
            )
            try transaction.replaceAPIKey(of: user, with: key)
        }
    }

    /// The rows that a look finds, by table, and how many trips it has taken.
    private func look(
        after place: FeedPlace
    ) throws -> (rows: ChangeFeed.Rows, asked: ChangeFeed.Rows, trips: Int) {
        defer { feed.connection.rollBack() }
        let before = feed.connection.trips
        let look = try feed.begin(after: place)
        var rows: ChangeFeed.Rows = [:]
        try feed.changes(look.first, upTo: look.end.position) { keys in
            try feed.rows(of: keys, knowing: look.likely) { table, _, found in
                rows[table.feedName, default: []] += found
            }
        }
        let trips = feed.connection.trips - before
        var asked: ChangeFeed.Rows = [:]
        try feed.rows(of: look.first.keys) { table, _, found in
            asked[table.feedName, default: []] += found
        }
        return (rows, asked, trips)
    }

    /// The numbers of users that have come, in their order.
    private func numbers(_ rows: ChangeFeed.Rows) -> [Int64] {
        rows["user", default: []].compactMap { row in
            if case .integer(let number) = row[0] { number } else { nil }
        }.sorted()
    }

    @Test("brings users who have changed in one trip, as they are, with the directory's revision")
    func users() async throws {
        let place = try end()
        var ids = try await insert((1...9).map { "user\($0)@example.com" })
        let gone = ids.removeLast()
        try await store.write { transaction throws(MusterError) in
            try transaction.deleteUser(gone)
        }
        let found = try look(after: place)
        #expect(found.trips == 1)
        #expect(Set(found.rows.keys) == ["user", "directory"])
        #expect(numbers(found.rows) == ids.map(\.rawValue))
        #expect(found.rows["directory"] == found.asked["directory"])
        let rows = found.rows["user", default: []]
        #expect(rows.allSatisfy { found.asked["user", default: []].contains($0) })
    }

    @Test("holds no moment where one trip is enough, and one that nobody changes where it is not")
    func glance() async throws {
        try feed.listen()
        let place = try end()
        let before = feed.connection.trips
        #expect(try #require(try feed.glance(after: place)).first.keys.isEmpty)
        let ids = try await insert(["one@example.com"])
        let found = try #require(try feed.glance(after: place))
        #expect(numbers(found.likely) == ids.map(\.rawValue))
        #expect(!feed.connection.isInTransaction)
        try feed.end()
        #expect(feed.connection.trips - before == 2)
        try await giveKey(to: ids[0])
        #expect(try feed.glance(after: place) == nil)
        _ = try feed.begin(after: place)
        #expect(feed.connection.isInTransaction)
        _ = try await insert(["two@example.com"])
        let first = ids[0].rawValue
        try feed.rows(of: ["user": [.number(first), .number(first + 1)]]) { _, _, rows in
            #expect(rows.count == 1, "the other came later")
        }
        try feed.end()
        #expect(!feed.connection.isInTransaction)
    }

    @Test("what one trip reads is of one moment", .timeLimit(.minutes(10)))
    func moment() async throws {
        try feed.listen()
        let connection = feed.connection
        try connection.send("SELECT count(*) FROM \"user\"")
        try connection.push()
        // The first answer is there before others change something.
        while try !connection.isReady(toWrite: false, until: .now + .milliseconds(20)) {
            try Task.checkCancellation()
            await Task.yield()
        }
        _ = try await insert(["later@example.com"])
        let counts = try connection.rows("SELECT count(*) FROM \"user\"") { $0[0] as Int64 }
        let now = try connection.rows("SELECT count(*) FROM \"user\"") { $0[0] as Int64 }
        #expect(counts.map { $0 + 1 } == now)
    }

    @Test("finds users by an index, also by a plan that was made while next to nobody was there")
    func plans() throws {
        for place in [feed.place.forFollowing, feed.place.forChanges] {
            let connection = try PostgresLink(place).connection()
            try connection.runScript("ANALYZE \"user\"; ANALYZE change_row")
            for one in ChangeFeed.likely where one.hasPlace {
                let plan = try connection.rows("EXPLAIN \(one.statement)", [1]) {
                    $0[0] as String
                }
                #expect(!plan.contains { $0.contains("Seq Scan") }, "\(plan)")
            }
            connection.close()
        }
    }

    @Test("makes its plans once, and not for each look")
    func plansOnce() async throws {
        let connection = try PostgresLink(feed.place.forFollowing).connection()
        let follower = ChangeFeed(connection: connection, place: feed.place)
        try follower.listen()
        for _ in 1...8 { _ = try follower.glance(after: try end()) }
        // Those of the connection's own settings are asked once.
        let counts = try connection.rows(
            """
            SELECT sum(generic_plans)::bigint, sum(custom_plans)::bigint FROM pg_prepared_statements
            WHERE statement LIKE '%change_row%' OR statement LIKE '%change_count%'
            """
        ) { [$0[0] as Int64, $0[1] as Int64] }
        #expect(counts.first?[1] == 0 && (counts.first?[0] ?? 0) >= 24, "\(counts)")
        connection.close()
    }

    @Test("goes no further with the feed for users than to where they are of use")
    func far() async throws {
        let place = try end()
        try await store.write { transaction throws(MusterError) in
            guard let transaction = transaction as? PostgresTransaction else { return }
            try transaction.run(
                """
                INSERT INTO change_row (position, "table", number)
                SELECT position + 1, 'ssh_key', n FROM change_count, generate_series(1001, 2000) AS n
                """,
                []
            )
        }
        let ids = try await insert(["late@example.com"])
        let users = try #require(ChangeFeed.likely.first { $0.table.feedName == "user" })
        let read = try feed.connection.rows(users.statement, [place.position + 1]) {
            $0[0] as Int64
        }
        #expect(read.isEmpty)
        #expect(numbers(try look(after: place).rows) == ids.map(\.rawValue))
    }

    @Test(
        "a node is heard although a connection that it has given up was heard a moment before",
        .timeLimit(.minutes(10))
    )
    func beat() async throws {
        let (node, place) = (FeedNode(name: "test", version: "0"), feed.place)
        try feed.keep(for: node)
        let former = try PostgresLink(place).connection()
        try former.send("SET idle_in_transaction_session_timeout = 0")
        try former.send("BEGIN")
        try former.send("UPDATE node SET beat = beat + 1")
        try former.settle()
        async let isProof = onThread {
            let connection = try PostgresLink(place).connection()
            let feed = ChangeFeed(connection: connection, place: place)
            try feed.listen()
            return try feed.beat(node, at: 1)
        }
        var waiting: [Int64] = [0]
        while waiting == [0] {
            try Task.checkCancellation()
            await Task.yield()
            waiting = try feed.connection.rows(
                "SELECT count(*) FROM pg_stat_activity WHERE ?::bigint = ANY (pg_blocking_pids(pid))",
                [Int64(former.backend)]
            ) { $0[0] as Int64 }
        }
        #expect(try former.finish("COMMIT") == "COMMIT")
        #expect(try await isProof)
        let beats = try feed.connection.rows("SELECT beat FROM node") { $0[0] as Int64 }
        #expect(beats == [2])
    }

    @Test("asks for rows of other tables, and of many users, once it knows them")
    func others() async throws {
        var place = try end()
        let ids = try await insert(["one@example.com"])
        try await giveKey(to: ids[0])
        let few = try look(after: place)
        #expect(few.trips == 2)
        #expect(numbers(few.rows) == ids.map(\.rawValue) && few.rows["api_key"]?.count == 1)
        place = try end()
        let many = try await insert((1...1001).map { "many\($0)@example.com" })
        let found = try look(after: place)
        #expect(found.trips == 2)
        #expect(numbers(found.rows) == many.map(\.rawValue))
        #expect(found.rows["directory"]?.count == 1)
    }
}
