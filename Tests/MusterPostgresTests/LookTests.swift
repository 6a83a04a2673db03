import Foundation
import MusterCore
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

    @Test("asks for rows of other tables, and of many users, once it knows them")
    func others() async throws {
        var place = try end()
        let ids = try await insert(["one@example.com"])
        try await store.write { transaction throws(MusterError) in
            let key = StoredAPIKey(
                accessKey: String(repeating: "a", count: APIKeyPair.textLength),
                secretDigest: Digest([UInt8](repeating: 1, count: 32)),
                createdAt: FixedClock.start
            )
            try transaction.replaceAPIKey(of: ids[0], with: key)
        }
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
