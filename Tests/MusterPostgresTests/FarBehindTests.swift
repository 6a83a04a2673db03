import Foundation
import MusterCore
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("A copy that lacks very many changes does what is faster")
struct FarBehindTests {
    private let server: PostgresServer
    private let place: PostgresPlace
    private let first: TestDirectory

    init() async throws {
        server = try PostgresServer.shared.get()
        var place = try server.makePlace()
        place.lag = (step: 25_000, few: 60_000)
        self.place = place
        first = try await TestDirectory(store: try await server.open(place))
    }

    /// One group of so many changes, to rows that are not there.
    private static let changes: StatementText = """
        WITH next AS (
            UPDATE change_count SET position = position + 1 WHERE id = 1 RETURNING position
        ), made AS (
            INSERT INTO change_group (position, node, number, mark)
            SELECT position, gen_random_uuid(), 0, gen_random_uuid() FROM next
            RETURNING position
        )
        INSERT INTO change_row (position, "table", number)
        SELECT position, 'ssh_key', n FROM made, generate_series(1000, 999 + ?::bigint) AS n
        """

    private func change(_ count: Int) throws {
        let connection = try PostgresLink(place).connection()
        try connection.send(Self.changes, [count])
        try connection.settle()
    }

    private func folderOfClosedNode() async throws -> TemporaryFolder {
        let node = try await ReplicatedNode.open(place)
        try await node.whenFresh()
        try await node.close()
        return node.folder
    }

    private func names(_ users: [User], by node: ReplicatedNode) throws -> [String?] {
        let copy = try #require(node.store.follower.copy)
        return try copy.readNow { reader throws(MusterError) in
            var names: [String?] = []
            for user in users { names.append(try reader.user(.id(user.id))?.username.text) }
            return names
        }.result
    }

    @Test(
        "one that others have left behind while it was filled follows them, and is not filled again",
        .timeLimit(.minutes(10))
    )
    func whileFilled() async throws {
        let holder = try PostgresLink(place).connection()
        try holder.send("SET idle_in_transaction_session_timeout = 0")
        try holder.send("BEGIN")
        try holder.send("LOCK TABLE user_group IN ACCESS EXCLUSIVE MODE")
        for _ in 1...3 { try holder.send(Self.changes, [20_001]) }
        try holder.settle()
        let node = try await ReplicatedNode.open(place)
        let owner = try server.connection("postgres")
        var waiting: Int64 = 0
        while waiting == 0 {
            try Task.checkCancellation()
            await Task.yield()
            waiting =
                try owner.rows(
                    "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = to_regclass(?)::oid",
                    ["\(place.schema).user_group"]
                ) { $0[0] as Int64 }.first ?? 0
        }
        #expect(try holder.finish("COMMIT") == "COMMIT")
        try await node.whenFresh()
        let user = try await first.makeUser("jane@example.com")
        try await #require(node.store.follower.catchUp())
        #expect(try names([user], by: node) == ["jane@example.com"])
        try await node.close()
        let notes = node.notes.all
        #expect(notes.filter { $0.hasPrefix("filled") }.count == 1, "\(notes)")
        #expect(!notes.contains { $0.contains("far behind") || $0.hasPrefix("lost") }, "\(notes)")
    }

    @Test(
        "one that lacks many changes of many groups, and of one, gets all of them step by step",
        .timeLimit(.minutes(10))
    )
    func steps() async throws {
        let folder = try await folderOfClosedNode()
        var users: [User] = []
        for (number, count) in [1, 27_000, 19_999, 6000, 5000, 1].enumerated() {
            try change(count)
            users.append(try await first.makeUser("user\(number)@example.com"))
        }
        let node = try await ReplicatedNode.open(place, in: folder)
        try await node.whenFresh()
        #expect(try names(users, by: node) == users.map(\.username.text))
        try await node.close()
        let notes = node.notes.all
        #expect(!notes.contains { $0.hasPrefix("filled") || $0.hasPrefix("lost") }, "\(notes)")
    }

    @Test(
        "one that lacks more than is faster than to fill it is filled again, once",
        .timeLimit(.minutes(10))
    )
    func filledAgain() async throws {
        let folder = try await folderOfClosedNode()
        try change(60_001)
        let node = try await ReplicatedNode.open(place, in: folder)
        try await node.whenFresh()
        try await node.close()
        let notes = node.notes.all
        #expect(notes.contains { $0.contains("far behind") }, "\(notes)")
        #expect(notes.filter { $0.hasPrefix("filled") }.count == 1, "\(notes)")
    }

    @Test(
        "what a node will follow that fills its copy, or is late, is kept for longer than an hour"
    )
    func kept() throws {
        let connection = try PostgresLink(place).connection()
        try connection.send(
            """
            INSERT INTO change_group (position, node, number, mark, made_at)
            SELECT n, gen_random_uuid(), 0, gen_random_uuid(), now() - interval '2 hours'
            FROM generate_series(10001, 13000) AS n
            """
        )
        try connection.send("UPDATE change_count SET position = 13000")
        try connection.settle()
        func oldest(with node: StatementText) throws -> Int64? {
            try connection.send("DELETE FROM node")
            try connection.send(node)
            for _ in 1...4 { try PostgresGroup.forgetOld(on: connection) }
            return try connection.rows(
                "SELECT min(position) FROM change_group WHERE position > 10000"
            ) { $0[0] as Int64 }.first
        }
        func node(_ position: Int, beat: Int, seen: StaticString) -> StatementText {
            """
            INSERT INTO node (id, name, version, position, beat, seen_at)
            VALUES (gen_random_uuid(), 'test', '0', \(number: position), \(number: beat), now() - interval '\(name: seen)')
            """
        }
        #expect(try oldest(with: node(10_100, beat: 0, seen: "5 hours")) == 10_100)
        #expect(try oldest(with: node(10_200, beat: 9, seen: "1 second")) == 10_200)
        #expect(try oldest(with: node(10_300, beat: 9, seen: "2 minutes")) == 11_976)
    }

    @Test("the larger a directory, the more may be followed")
    func limit() {
        #expect(ChangeFeed.limit(of: 0, few: 400_000) == 400_000)
        #expect(ChangeFeed.limit(of: 1_000_000, few: 400_000) == 400_000)
        #expect(ChangeFeed.limit(of: 100_000_000, few: 400_000) == 25_000_000)
    }
}
