import FoundationEssentials
import MusterCore
import MusterCrypto
import MusterSQL
import MusterTesting
import Testing

@testable import MusterPostgres

@Suite("Pages of users are found in an index")
struct PagePlanTests {
    private let server: PostgresServer

    init() throws {
        server = try PostgresServer.shared.get()
    }

    @Test(
        "a page after a user is found in the index of its order, and not by going through those before",
        arguments: UserQuery.SortField.allCases,
        [false, true]
    )
    func depth(_ field: UserQuery.SortField, _ isDescending: Bool) async throws {
        let place = try server.makePlace()
        let store = try await server.open(place)
        let user = try await store.write { transaction throws(MusterError) in
            let draft = UserDraft(username: Username(stored: "jane@example.com"))
            return try transaction.insertUser(draft, uuid: UUID(), at: FixedClock.start)
        }
        try await store.close()
        let connection = try PostgresLink(place).connection()
        // There is nobody for whom going through all would take longer.
        try connection.runScript(
            """
            SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off;
            SET plan_cache_mode = force_generic_plan
            """
        )
        let query = UserQuery(limit: 1, after: user.id, sort: field, isDescending: isDescending)
        let transaction = PostgresTransaction(connection, sealer: SodiumSealer(server.key))
        #expect(try transaction.users(query).isEmpty)
        let plan = try plan(of: "ORDER BY", on: connection)
        let index =
            switch field {
            case .id: "user_pkey"
            case .username: "user_by_username"
            case .name: "user_by_name"
            case .email: "user_by_email"
            case .changed: "user_by_change"
            }
        #expect(plan.contains { $0.contains("using \(index) on \"user\" u") }, "\(plan)")
        #expect(plan.contains { $0.contains("Index Cond:") && $0.contains("$1") }, "\(plan)")
        // Names are unique, so that none is sorted by number that shares another's.
        #expect(!plan.contains { $0.contains("Sort  (") && !$0.contains("Incremental") }, "\(plan)")
    }

    @Test(
        "those who are few, and whom a filter keeps, are found in an index of theirs",
        arguments: [
            (.role(.administrator), "user_of_high_role"), (.enabled(false), "user_disabled"),
            (.expired(by: FixedClock.start), "user_expiring"),
            (.closed(after: FixedClock.start, upTo: FixedClock.start), "user_closed"),
        ] as [(UserFilter, String)]
    )
    func filters(_ filter: UserFilter, _ index: String) async throws {
        let place = try server.makePlace()
        let store = try await server.open(place)
        let arrivals = (0..<2_000).map { number in
            UserInsertion(
                uuid: UUID(),
                draft: UserDraft(username: Username(stored: "u\(number)@example.com"))
            )
        }
        _ = try await store.write { transaction throws(MusterError) in
            try transaction.insertUsers(arrivals, at: FixedClock.start)
        }
        try await store.close()
        let connection = try PostgresLink(place).connection()
        try connection.runScript(
            """
            ANALYZE "user";
            SET enable_seqscan = off; SET enable_bitmapscan = off;
            SET plan_cache_mode = force_generic_plan
            """
        )
        let query = UserQuery(limit: 1, filters: [filter])
        let transaction = PostgresTransaction(connection, sealer: SodiumSealer(server.key))
        #expect(try transaction.userCount(query) == 0)
        let plan = try plan(of: "SELECT count(*) FROM \"user\"", on: connection)
        #expect(plan.contains { $0.contains("using \(index) on \"user\" u") }, "\(plan)")
    }

    /// How the engine finds what the statement asks for that has a text in it and was prepared.
    private func plan(of part: String, on connection: PostgresConnection) throws -> [String] {
        let prepared = try connection.rows(
            """
            SELECT name, cardinality(parameter_types)::bigint FROM pg_prepared_statements
            WHERE strpos(statement, ?) > 0 AND strpos(statement, 'pg_prepared_statements') = 0
            """,
            [part]
        ) { row in (name: row[0] as String, count: row[1] as Int64) }
        let statement = try #require(prepared.first)
        let nothing = [String](repeating: "NULL", count: Int(statement.count))
        let values = nothing.isEmpty ? "" : " (\(nothing.joined(separator: ", ")))"
        let text = "EXPLAIN EXECUTE \"\(statement.name)\"\(values)"
        return try connection.rows(StatementText(stringLiteral: text), []) { $0[0] as String }
    }
}
